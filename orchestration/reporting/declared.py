"""What the report shows, as `pages/*.yml` declare it: one page a topic, one entry a chart.

A page has a `place` among the others, a `title`, the `question` it answers, `metrics` of the
registry, the landing `files` that fill it, and `charts`. A chart has a `form` (a function of that
name in `assets/`), a `title`, what it `says`, the relation it reads `from`, and `columns`, each
with its kind: a metric of the registry, or one of `KINDS`. `roles` names the columns that the form
draws; `sentences` are what a row says, with its columns in braces, by what its role `case` is.
Columns period_grain, period_start, segment_type and segment follow the switches. Of a list
`by_customer`, whose `limit` is of each segment, the customers' segments do. A chart that reads from
nothing shows the values of metrics.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from orchestration.settings import Settings
from orchestration.yaml_text import read_yaml

FOLDER = Path(__file__).parent / "pages"

KINDS = (
    *("count", "share", "money", "points", "number", "p", "months", "of_metric"),
    *("date", "flag", "id", "metric", "source", "text"),
)
GRAINS = ("week", "month", "quarter", "year", "all")


class Chart(NamedTuple):
    """A chart of a page; `columns` gives the kind of each column that it reads."""

    form: str
    title: str
    says: str
    source: str = ""
    columns: Mapping[str, str] = MappingProxyType({})
    roles: Mapping[str, str] = MappingProxyType({})
    where: str = "true"
    order: str = "all"
    limit: int | None = None
    by_customer: bool = False
    sentences: Mapping[str, str] = MappingProxyType({})
    grains: tuple[str, ...] = GRAINS


class Page(NamedTuple):
    """A topic of the report."""

    name: str
    title: str
    question: str
    metrics: tuple[str, ...]
    files: tuple[str, ...]
    charts: tuple[Chart, ...]


@cache
def pages() -> tuple[Page, ...]:
    """The pages in their order, the first one first, with those of the own folder.

    Raises:
        ValueError: a page is none; the message names its file.
    """
    own = Settings().own
    folders = (FOLDER, *([own / "pages"] if own else []))
    found = dict(_read(file) for folder in folders for file in sorted(folder.glob("*.yml")))
    return tuple(page for _, page in sorted(found.values(), key=lambda placed: placed[0]))


def _read(file: Path) -> tuple[str, tuple[int, Page]]:
    """A page by its name, with its place."""
    try:
        told = read_yaml(file.read_text(encoding="utf-8"))
        return file.stem, (told["place"], _page(file.stem, told))
    except KeyError as error:
        raise ValueError(f"{file} says nothing of {error.args[0]}") from error
    except (TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise ValueError(f"{file} is no page of a report: {said}") from error


def _page(name: str, told: dict[str, Any]) -> Page:
    return Page(
        name=name,
        title=told["title"],
        question=told["question"],
        metrics=tuple(told.get("metrics", ())),
        files=tuple(told.get("files", ())),
        charts=tuple(_chart(chart) for chart in told.get("charts", ())),
    )


def _chart(told: dict[str, Any]) -> Chart:
    source, grains = told.pop("from", ""), tuple(told.pop("grains", GRAINS))
    chart = Chart(source=source, grains=grains, **told)
    if chart.by_customer and not chart.limit:
        raise ValueError(f"the list {chart.title} is by_customer, and so needs a limit")
    return chart

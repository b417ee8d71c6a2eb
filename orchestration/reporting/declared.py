"""What the report shows, as `pages/*.yml` declare it: one page a topic, one entry a chart.

A page has a `place` among the others, a `title`, the `question` it answers, `metrics` of the
registry, the landing `files` that fill it, and `charts`. A chart has a `form` (a function of that
name in `assets/`), a `title`, what it `says`, the relation it reads `from`, and `columns`, each
with its kind: a metric of the registry, or one of `KINDS`. `roles` names the columns that the form
draws; `sentences` are what a row says, with its columns in braces, by what its role `case` is.
Columns period_grain, period_start, segment_type and segment follow the switches. A chart that reads
from nothing shows the values of metrics.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent / "pages"

KINDS = (
    *("count", "share", "money", "points", "number", "p", "months", "of_metric"),
    *("date", "flag", "id", "metric", "text"),
)
GRAINS = ("month", "quarter", "year", "all")


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
    """The pages in their order, the first one first."""
    found = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in FOLDER.glob("*.yml")}
    return tuple(
        _page(name, told) for name, told in sorted(found.items(), key=lambda item: item[1]["place"])
    )


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
    return Chart(source=source, grains=grains, **told)

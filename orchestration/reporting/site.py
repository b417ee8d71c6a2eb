"""Writes the report: a page a topic, each with the data that its charts draw."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.reporting import registry
from orchestration.reporting.bundle import vega
from orchestration.reporting.declared import Page, pages
from orchestration.reporting.metrics import Metric, read_metrics
from orchestration.reporting.rest import write_rest
from orchestration.reporting.segments import read_segment_types
from orchestration.reporting.tables import read_table, to_json
from orchestration.reporting.values import read_values

HERE = Path(__file__).parent
# In the order in which pages load them.
SCRIPTS = (
    "words",
    "tables",
    "looks",
    "boxes",
    "lists",
    "times",
    "named",
    "dots",
    "judged",
    "money",
    "cohorts",
    "first",
    "switches",
    "rest",
    "metric",
    "report",
)


def write_site(published_file: Path, folder: Path) -> None:
    """Write the report of a published file into a new folder."""
    folder.mkdir()
    shutil.copytree(HERE / "assets", folder / "assets")
    (folder / "assets" / "vega.js").write_text(vega(), encoding="utf-8")
    with duckdb.connect(published_file, read_only=True) as connection:
        about, metrics = _about(connection), read_metrics(connection)
        shown = _with_others(pages(), metrics.values())
        homes = {metric: page.name for page in shown for metric in page.metrics}
        values = read_values(connection, homes)
        sources = registry.read_sources(connection)
        places = {
            "pages": homes,
            "titles": {page.name: page.title for page in shown},
            "rest": write_rest(connection, shown, homes, about, folder),
        }
        for page in shown:
            text = _TEMPLATES.get_template("page.html").render(
                page=page,
                pages=shown,
                publish=about["publish"],
                sources={file: sources[file] for file in page.files if file in sources},
                scripts=SCRIPTS,
                data=_data(
                    about | places | _told(metrics, page) | _drawn(connection, page),
                    _of_page(values, page),
                ),
            )
            (folder / f"{page.name}.html").write_text(text, encoding="utf-8")


def _about(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What all pages tell of the publish, and how they name things."""
    return {
        "publish": registry.read_publish(connection),
        "types": read_segment_types(connection),
        "currency": registry.read_currency(connection),
        "empty": registry.read_empty_sources(connection),
    }


def _told(metrics: dict[str, Metric], page: Page) -> dict[str, Any]:
    """How all metrics are shown, and what those of the page are."""
    looks = ("label", "unit", "format", "counts")
    return {
        "metrics": {
            name: {look: getattr(metric, look) for look in looks}
            for name, metric in metrics.items()
        },
        "definitions": {name: metrics[name].definition for name in page.metrics},
    }


def _with_others(declared: Iterable[Page], metrics: Iterable[Metric]) -> list[Page]:
    """The declared pages: all metrics on the first, and at the end those that no topic names."""
    known = {metric.metric: metric for metric in metrics}
    first, *topics = (
        page._replace(metrics=tuple(metric for metric in page.metrics if metric in known))
        for page in declared
    )
    reported = [name for name, metric in known.items() if metric.place is not None]
    named = {metric for page in topics for metric in page.metrics}
    shown = [first._replace(metrics=tuple(reported)), *topics]
    if others := tuple(metric for metric in reported if metric not in named):
        question = "Metrics of the registry that belong to no topic."
        shown.append(Page("more", "More metrics", question, others, (), ()))
    return shown


def _drawn(connection: duckdb.DuckDBPyConnection, page: Page) -> dict[str, Any]:
    """The charts of a page, each with its rows."""
    return {
        "page": page.name,
        "files": page.files,
        "metrics_here": page.metrics,
        "charts": [
            {
                "form": chart.form,
                "roles": dict(chart.roles),
                "sentences": dict(chart.sentences),
                "table": read_table(connection, chart),
            }
            for chart in page.charts
        ],
    }


def _of_page(values: dict[str, str], page: Page) -> str:
    found = (metric for metric in page.metrics if metric in values)
    return f"{{{','.join(f'{json.dumps(metric)}:{values[metric]}' for metric in found)}}}"


def _data(told: dict[str, Any], values: str) -> Markup:
    """Data as a script element may hold it: what could end the element is escaped."""
    text = f'{to_json(told)[:-1]},"values":{values}}}'
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

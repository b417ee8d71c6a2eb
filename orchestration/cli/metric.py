"""`cx metric`: what is published of one metric, for the terminal or a spreadsheet."""

import csv
import sys
from collections.abc import Iterator
from typing import Annotated

import duckdb
import typer
from rich.table import Table

from orchestration.cli.terminal import console, one_sentence, stop
from orchestration.publishing.published import FILE_NAME
from orchestration.reporting.figures import Figure, Grain, figures, metric_named
from orchestration.reporting.metrics import Metric
from orchestration.settings import Settings
from orchestration.text import printable, without_formula

app = typer.Typer()

COLUMNS = (
    *("metric", "period_start", "segment_type", "segment", "value", "ci_low", "ci_high", "n"),
    *("is_reportable", "missing"),
)


@app.command()
def metric(
    name: Annotated[str, typer.Argument(help="As in the registry: nps, csat, …")],
    by: Annotated[str, typer.Option(help="Segment type: plan, country, …")] = "all",
    grain: Annotated[Grain, typer.Option(help="Length of the periods.")] = "month",
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet.")] = False,
) -> None:
    """Show what is published of a metric by segment and period, with interval and n."""
    settings, screen = Settings(), console()
    file = settings.published_dir / FILE_NAME
    if not file.exists():
        stop(screen, f"Nothing is published in {settings.published_dir} yet: start with `cx run`.")
    with one_sentence(settings, screen), duckdb.connect(file, read_only=True) as connection:
        found = metric_named(connection, name)
        rows = figures(connection, found, by, grain)
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows(_lines(found, by, rows))
    elif rows:
        screen.print(_table(found, by, rows))
    else:
        screen.print(f"{found.label} has no figures in what is published.")


def _table(metric: Metric, by: str, rows: list[Figure]) -> Table:
    table = Table("Period", "Segment", title=f"{metric.label} by {printable(by)}")
    for column in ("Value", "95 % interval", metric.counts):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            str(row.period_start or "all time"),
            printable(row.segment),
            row.missing(metric) if row.value is None else metric.shown(row.value),
            metric.interval(row.ci_low, row.ci_high),
            f"{row.n:,}",
        )
    return table


def _lines(metric: Metric, by: str, rows: list[Figure]) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for row in rows:
        texts = (metric.metric, row.period_start, by, without_formula(row.segment))
        numbers = (row.value, row.ci_low, row.ci_high, row.n, row.is_reportable)
        yield (*texts, *numbers, row.missing(metric))

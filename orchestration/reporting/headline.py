"""The headline metrics of a publish, as a table for the terminal."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.table import Table

from orchestration.reporting.metrics import Metric, read_metrics
from orchestration.text import printable


class Headline(NamedTuple):
    """A row of the headline table; value and interval are None below the reporting threshold."""

    metric: str
    segment_type: str
    segment: str
    period_grain: str
    period_start: str | None
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    target: float | None
    status: str


SHOWN_SEGMENTS = 6

NEWEST = "(select max(newest_landing_date) from marts.publish_info)"
# A period is complete that was over when the last file landed.
IS_COMPLETE = f"""
period_start + try_cast('1 ' || period_grain as interval) <= {NEWEST} + interval 1 day
"""

_QUERY = f"""
with periods as (
    select metric, period_grain, period_start
    from marts.metric_values
    where
        segment_type = 'all'
        and list_contains($grains, period_grain)
        and value is not null
        and (period_grain = 'all' or {IS_COMPLETE})
    qualify row_number() over (
        partition by metric
        order by list_position($grains, period_grain), period_start desc
    ) = 1
)
select
    metric_values.metric, segment_type, segment, period_grain, strftime(period_start, '%Y-%m'),
    value, ci_low, ci_high, coalesce(denominator, value, 0)::bigint, target, status
from marts.metric_values
inner join marts.dim_metrics on metric_values.metric = dim_metrics.metric
semi join periods on
    metric_values.metric = periods.metric
    and metric_values.period_grain = periods.period_grain
    and metric_values.period_start is not distinct from periods.period_start
where
    report_order is not null
    and list_contains($segment_types, segment_type)
order by report_order, metric_values.metric, segment_type, segment
"""


def read_headlines(
    connection: duckdb.DuckDBPyConnection,
    segment_types: Sequence[str],
    grains: Sequence[str] = ("month", "all"),
) -> list[Headline]:
    """The metrics of reports, each for its newest complete period of the first grain that has one.

    Args:
        connection: a published file.
        segment_types: those to read.
        grains: grains of periods, the preferred one first.
    """
    parameters = {"grains": list(grains), "segment_types": list(segment_types)}
    return [Headline(*row) for row in connection.execute(_QUERY, parameters).fetchall()]


def _segment_labels(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The label of each segment type that the registry shows, in its order."""
    query = "select segment_type, label from marts.dim_segment_types where is_shown order by rowid"
    return dict(connection.execute(query).fetchall())


def headline_table(published_file: Path) -> Table:
    """The headline metrics, overall and by the first segment type of the registry that compares.

    A metric without a value overall is left out, of the segments all but the largest.
    """
    with duckdb.connect(published_file, read_only=True) as connection:
        metrics = read_metrics(connection)
        segment_labels = _segment_labels(connection)
        headlines = read_headlines(connection, ["all", *segment_labels])
    compared = _first_to_compare(headlines, segment_labels)
    segment_label = segment_labels.get(compared, "Segment")
    table = Table("Metric", segment_label, "Period", title="Headline metrics")
    for column in ("Value", "95 % interval", "n"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, rows in groupby(headlines, attrgetter("metric")):
        shown = [row for row in rows if row.segment_type in {"all", compared}]
        _add_metric(table, metrics[name], shown)
    return table


def _first_to_compare(headlines: Iterable[Headline], labels: Iterable[str]) -> str:
    """The first segment type of which some metric has values in more than one segment."""
    valued = Counter((row.segment_type, row.metric) for row in headlines if row.value is not None)
    comparing = {segment_type for (segment_type, _), segments in valued.items() if segments > 1}
    return next((name for name in labels if name in comparing), "")


def _add_metric(table: Table, metric: Metric, rows: list[Headline]) -> None:
    """Add its row overall, and those of segments if there are several and one has a value."""
    overall = [row for row in rows if row.segment_type == "all"]
    segments = [row for row in rows if row.segment_type != "all"]
    if len(segments) == 1 or all(row.value is None for row in segments):
        segments = []
    largest = sorted(segments, key=lambda row: -row.n)[:SHOWN_SEGMENTS]
    for row in [*overall, *(row for row in segments if row in largest)]:
        table.add_row(
            metric.label if row.segment_type == "all" else "",
            "overall" if row.segment_type == "all" else printable(row.segment),
            "all time" if row.period_grain == "all" else row.period_start,
            "too few" if row.value is None else metric.shown(row.value),
            metric.interval(row.ci_low, row.ci_high),
            f"{row.n:,}",
        )
    if more := len(segments) - len(largest):
        table.add_row("", f"and {more:,} more")
    table.add_section()

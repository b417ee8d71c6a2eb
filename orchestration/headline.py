"""The headline metrics of a publish, as a table for the terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.table import Table

from orchestration.terminal import printable


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


class Label(NamedTuple):
    """How a metric is shown: its title, the format of its values, and what n counts."""

    title: str
    format: str
    unit: str

    def shown(self, value: float) -> str:
        """A value in the metric's format."""
        return format(value, self.format)


LABELS = {
    "nps": Label("NPS", ".1f", "responses"),
    "csat": Label("CSAT", ".1%", "responses"),
    "ces_easy_rate": Label("CES, share easy", ".1%", "responses"),
    "logo_churn_rate": Label("Logo churn", ".1%", "customers"),
    "net_revenue_retention": Label("Net revenue retention", ".1%", "MRR at start"),
    "clv_historical": Label("Lifetime value to date", ",.2f", "customers"),
}

# A period is complete that was over when the last file landed.
IS_COMPLETE = """
period_start + try_cast('1 ' || period_grain as interval)
<= (select max(newest_landing_date) from marts.publish_info) + interval 1 day
"""

_QUERY = f"""
with periods as (
    select metric, period_grain, period_start
    from marts.metric_values
    where
        segment_type = 'all'
        and list_contains($grains, period_grain)
        and (period_grain = 'all' or value is not null and {IS_COMPLETE})
    qualify row_number() over (
        partition by metric
        order by list_position($grains, period_grain), period_start desc
    ) = 1
)
select
    metric, segment_type, segment, period_grain, strftime(period_start, '%Y-%m'),
    value, ci_low, ci_high, coalesce(denominator, 0)::bigint, target, status
from marts.metric_values
semi join periods on
    metric_values.metric = periods.metric
    and metric_values.period_grain = periods.period_grain
    and metric_values.period_start is not distinct from periods.period_start
where
    list_contains($metrics, metric)
    and list_contains($segment_types, segment_type)
order by list_position($metrics, metric), segment_type, segment
"""


def read_headlines(
    published_file: Path,
    grains: Sequence[str] = ("month", "all"),
    segment_types: Sequence[str] = ("all", "plan"),
) -> list[Headline]:
    """Headline metrics, each for its newest complete period of the first grain that has one.

    Args:
        published_file: the DuckDB file that readers open.
        grains: grains of periods, the preferred one first.
        segment_types: those to read.
    """
    parameters = {
        "metrics": list(LABELS),
        "grains": list(grains),
        "segment_types": list(segment_types),
    }
    with duckdb.connect(published_file, read_only=True) as connection:
        return [Headline(*row) for row in connection.execute(_QUERY, parameters).fetchall()]


def headline_table(headlines: Iterable[Headline]) -> Table:
    """The headline metrics, a section for each metric."""
    table = Table("Metric", "Plan", "Period", title="Headline metrics")
    for column in ("Value", "95 % interval", "n"):
        table.add_column(column, justify="right", no_wrap=True)
    section = ""
    for row in headlines:
        label = LABELS[row.metric]
        if section and section != row.metric:
            table.add_section()
        table.add_row(
            label.title if section != row.metric else "",
            "overall" if row.segment_type == "all" else printable(row.segment),
            "all time" if row.period_grain == "all" else row.period_start,
            "too few" if row.value is None else label.shown(row.value),
            interval(row.ci_low, row.ci_high, label),
            f"{row.n:,}",
        )
        section = row.metric
    return table


def interval(low: float | None, high: float | None, label: Label) -> str:
    """An interval in words; empty without one."""
    return "" if low is None or high is None else f"{label.shown(low)} to {label.shown(high)}"

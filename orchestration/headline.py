"""The headline metrics of a publish, as a table for the terminal."""

from collections.abc import Callable, Iterable
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


def _score(value: float) -> str:
    return f"{value:.1f}"


def _share(value: float) -> str:
    return f"{value:.1%}"


def _money(value: float) -> str:
    return f"{value:,.2f}"


LABELS: dict[str, tuple[str, Callable[[float], str]]] = {
    "nps": ("NPS", _score),
    "csat": ("CSAT", _share),
    "ces_easy_rate": ("CES, share easy", _share),
    "logo_churn_rate": ("Logo churn", _share),
    "net_revenue_retention": ("Net revenue retention", _share),
    "clv_historical": ("Lifetime value to date", _money),
}

# The newest month that was over when the last file landed; all of time where there is none.
_QUERY = """
with newest as (
    select max(newest_landing_date) as landing_date from marts.publish_info
),
periods as (
    select metric, period_grain, period_start
    from marts.metric_values, newest
    where
        segment_type = 'all'
        and (
            period_grain = 'all'
            or period_grain = 'month' and value is not null
            and period_start + interval 1 month <= landing_date + interval 1 day
        )
    qualify row_number() over (
        partition by metric order by period_grain = 'month' desc, period_start desc
    ) = 1
)
select
    metric, segment_type, segment, period_grain, strftime(period_start, '%Y-%m'),
    value, ci_low, ci_high, coalesce(denominator, 0)::bigint
from marts.metric_values
semi join periods on
    metric_values.metric = periods.metric
    and metric_values.period_grain = periods.period_grain
    and metric_values.period_start is not distinct from periods.period_start
where list_contains($metrics, metric) and segment_type in ('all', 'plan')
order by list_position($metrics, metric), segment_type, segment
"""


def read_headlines(published_file: Path) -> list[Headline]:
    """Headline metrics overall and by plan, each for its newest complete month."""
    with duckdb.connect(published_file, read_only=True) as connection:
        rows = connection.execute(_QUERY, {"metrics": list(LABELS)}).fetchall()
    return [Headline(*row) for row in rows]


def headline_table(headlines: Iterable[Headline]) -> Table:
    """The headline metrics, a section for each metric."""
    table = Table("Metric", "Plan", "Period", title="Headline metrics")
    for column in ("Value", "95 % interval", "n"):
        table.add_column(column, justify="right", no_wrap=True)
    section = ""
    for row in headlines:
        label, shown = LABELS[row.metric]
        if section and section != row.metric:
            table.add_section()
        table.add_row(
            label if section != row.metric else "",
            "overall" if row.segment_type == "all" else printable(row.segment),
            "all time" if row.period_grain == "all" else row.period_start,
            "too few" if row.value is None else shown(row.value),
            _interval(row, shown),
            f"{row.n:,}",
        )
        section = row.metric
    return table


def _interval(row: Headline, shown: Callable[[float], str]) -> str:
    if row.value is None or row.ci_low is None or row.ci_high is None:
        return ""
    return f"{shown(row.ci_low)} to {shown(row.ci_high)}"

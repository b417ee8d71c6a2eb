"""The headline metrics with their last year in a line, for whoever looks at a publish."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from orchestration.reporting.headline import IS_COMPLETE, read_headlines
from orchestration.reporting.metrics import read_metrics

_BARS = "▁▂▃▄▅▆▇█"
_MONTHS = 12
_TRENDS = f"""
with months as (
    select metric, period_start, value
    from marts.metric_values
    where segment_type = 'all' and period_grain = 'month' and {IS_COMPLETE}
    qualify row_number() over (partition by metric order by period_start desc) <= {_MONTHS}
)
select metric, list(value order by period_start) from months group by metric
"""

_TABLES = """
with columns as (
    select table_name, column_name from duckdb_columns() where schema_name = 'marts'
)

select metric, list(table_name)
from marts.dim_metrics
inner join columns on column_name = metric
where
    table_name in (select table_name from columns where column_name = 'period_grain')
    and table_name in (select table_name from columns where column_name = 'segment_type')
group by metric
"""


def headline_trends(published_file: Path) -> Iterator[dict[str, str]]:
    """Each metric of reports that has a value: the newest complete one, and its months as bars."""
    with duckdb.connect(published_file, read_only=True) as connection:
        metrics = read_metrics(connection)
        headlines = read_headlines(connection, ["all"])
        months = dict(connection.execute(_TRENDS).fetchall())
    for row in headlines:
        if row.value is not None:
            metric = metrics[row.metric]
            yield {
                "metric": metric.label,
                "months": bars(months.get(row.metric, [])),
                "value": metric.shown(row.value),
                "95 % interval": metric.interval(row.ci_low, row.ci_high),
                "n": f"{row.n:,}",
                "period": row.period_start or "all time",
            }


def values_by_table(published_file: Path) -> dict[str, dict[str, float]]:
    """By table the newest complete values of those metrics whose column by segment it has."""
    with duckdb.connect(published_file, read_only=True) as connection:
        labels = {name: metric.label for name, metric in read_metrics(connection).items()}
        headlines = read_headlines(connection, ["all"])
        tables = dict(connection.execute(_TABLES).fetchall())
    found: dict[str, dict[str, float]] = {}
    for row in headlines:
        if row.value is not None:
            for table in tables.get(row.metric, ()):
                found.setdefault(table, {})[labels[row.metric]] = row.value
    return found


def bars(values: Sequence[float | None]) -> str:
    """A line of bars from the least to the greatest value; a space where there is none."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    step = (high - low) / (len(_BARS) - 1) or 1.0
    return "".join(" " if value is None else _BARS[round((value - low) / step)] for value in values)

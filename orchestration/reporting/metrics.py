"""The registry of metrics as it is published: how terminal, agents, alerts and report tell them."""

from typing import Any, NamedTuple

import duckdb

from orchestration.text import printable


class Metric(NamedTuple):
    """A metric with its title, format, what its n counts, and its definition; all in one line.

    Those with a place are on reports.
    """

    metric: str
    label: str
    unit: str
    format: str
    counts: str
    place: int | None
    definition: str

    def shown(self, value: float) -> str:
        """A value in the metric's format."""
        return format(value, self.format)

    def interval(self, low: float | None, high: float | None) -> str:
        """An interval in words; empty without one."""
        return "" if low is None or high is None else f"{self.shown(low)} to {self.shown(high)}"


# A metric is defined by the comment of the column of its name, else with all others.
_METRICS = """
select
    dim_metrics.metric, label, unit, format, counts, report_order,
    coalesce(
        arg_min(comment, (table_name not like '%_by_segment', table_name)),
        (select comment from duckdb_tables() where table_name = 'metric_values'),
        ''
    )
from marts.dim_metrics
left join duckdb_columns() as columns
    on column_name = dim_metrics.metric and schema_name = 'marts'
group by all
order by report_order nulls last, dim_metrics.metric
"""


def read_metrics(connection: duckdb.DuckDBPyConnection) -> dict[str, Metric]:
    """Every metric of a published file by its name, those of reports first and in their order."""
    rows = connection.execute(_METRICS).fetchall()
    return {row[0]: Metric(*map(_in_one_line, row)) for row in rows}


def _in_one_line(value: Any) -> Any:
    return printable(" ".join(value.split())) if isinstance(value, str) else value

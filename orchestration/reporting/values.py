"""The values of metrics by period and segment, each metric's once for all pages that show it."""

from collections.abc import Collection

import duckdb

from orchestration.reporting.declared import Chart
from orchestration.reporting.tables import (
    Columns,
    Table,
    plain_table,
    query_of,
    read_columns,
    split,
    to_json,
)
from orchestration.sql import literal
from orchestration.text import printable

_COLUMNS = {
    "metric": "VARCHAR",
    "period_grain": "VARCHAR",
    "period_start": "DATE",
    "segment_type": "VARCHAR",
    "segment": "VARCHAR",
    "value": "DOUBLE",
    "ci_low": "DOUBLE",
    "ci_high": "DOUBLE",
    "denominator": "DOUBLE",
    "target": "DOUBLE",
    "status": "VARCHAR",
}


def read_values(connection: duckdb.DuckDBPyConnection, metrics: Collection[str]) -> dict[str, str]:
    """The table of each metric's values that stand on a page at once, as JSON."""
    columns = _read(connection, metrics)
    return {metric: to_json(_table(found)) for metric, found in split(columns, "metric")}


def read_rest_of_values(
    connection: duckdb.DuckDBPyConnection, metrics: Collection[str]
) -> dict[str, dict[str, Table]]:
    """By segment type the table of each metric's other values."""
    columns = _read(connection, metrics, is_rest=True)
    return {
        printable(name): {metric: _table(found) for metric, found in split(of_type, "metric")}
        for name, of_type in split(columns, "segment_type")
    }


def _read(
    connection: duckdb.DuckDBPyConnection, metrics: Collection[str], *, is_rest: bool = False
) -> Columns:
    chart = Chart(
        form="metric",
        title="",
        says="",
        source="""(
            select * replace (coalesce(denominator, value) as denominator)
            from marts.metric_values
        )""",
        where=f"metric in ({', '.join(map(literal, metrics)) or 'null'})",
        order="metric",
    )
    return read_columns(connection, *query_of(chart, list(_COLUMNS), _COLUMNS, is_rest=is_rest))


def _table(columns: Columns) -> Table:
    return plain_table({name: columns[name] for name in columns if name != "metric"}, _COLUMNS)

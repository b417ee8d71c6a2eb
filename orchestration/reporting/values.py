"""The values of metrics by period and segment, each metric's once for all pages that show it."""

from collections.abc import Collection
from itertools import groupby
from typing import Any

import duckdb

from orchestration.reporting.declared import Chart
from orchestration.reporting.tables import coded, query_of, read_columns, to_json
from orchestration.sql import literal

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
    """The table of each metric's values, as JSON."""
    chart = Chart(
        form="metric",
        title="",
        says="",
        source="""(
            select * replace (coalesce(denominator, value) as denominator)
            from marts.metric_values
        )""",
        columns={},
        where=f"metric in ({', '.join(map(literal, metrics)) or 'null'})",
        order="metric",
    )
    columns = read_columns(connection, *query_of(chart, list(_COLUMNS), _COLUMNS))
    found, begin = {}, 0
    for metric, rows in groupby(columns.pop("metric")):
        end = begin + sum(1 for _ in rows)
        found[metric] = _table({name: values[begin:end] for name, values in columns.items()})
        begin = end
    return found


def _table(columns: dict[str, list[Any]]) -> str:
    told = [{"name": name} | coded(columns[name], _COLUMNS[name]) for name in columns]
    return to_json({"columns": told, "rows": len(columns["value"])})

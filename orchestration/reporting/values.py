"""The values of metrics by period and segment, each metric's once for all pages that show it."""

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter

import duckdb

from orchestration.reporting.declared import Chart
from orchestration.reporting.tables import coded, query_of, to_json
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
    rows = connection.execute(*query_of(chart, list(_COLUMNS), _COLUMNS)).fetchall()
    return {metric: _table(list(found)) for metric, found in groupby(rows, itemgetter(0))}


def _table(rows: list[tuple[object, ...]]) -> str:
    columns = [
        {"name": name} | coded(values, data_type)
        for (name, data_type), values in zip(_COLUMNS.items(), zip(*rows, strict=True), strict=True)
        if name != "metric"
    ]
    return to_json({"columns": columns, "rows": len(rows)})

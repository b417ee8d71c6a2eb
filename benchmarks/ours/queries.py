"""Asks a published file what BI tools ask: typical queries on every table, each several times."""

import sys
import time
from collections.abc import Iterator

import duckdb

from benchmarks.body import body
from orchestration.publishing.published import FILE_NAME, SCHEMA
from orchestration.settings import Settings
from orchestration.sql import identifier

_TIMES = 3
_NUMBERS = ("DOUBLE", "BIGINT", "INTEGER", "HUGEINT", "DECIMAL")


def queries(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[tuple[str, str]]:
    """Name and SQL of what a dashboard, a drill-down and an export ask of a table."""
    name = identifier(SCHEMA, table)
    kinds = {column: kind for column, kind, *_ in connection.sql(f"describe {name}").fetchall()}
    texts = [column for column, kind in kinds.items() if kind == "VARCHAR"]
    times = [column for column, kind in kinds.items() if kind.startswith(("DATE", "TIMESTAMP"))]
    numbers = [column for column, kind in kinds.items() if kind.startswith(_NUMBERS)]
    yield "count", f"select count(*) from {name}"
    yield "first rows", f"select * from {name} limit 100"
    for column in times[:1]:
        yield "newest rows", f"select * from {name} order by {column} desc nulls last limit 100"
        yield "by month", f"select date_trunc('month', {column}), count(*) from {name} group by 1"
    for column in texts[:1]:
        yield "one key", f"select * from {name} where {column} = (select max({column}) from {name})"
    if texts and numbers:
        yield (
            "average by group",
            f"select {texts[-1]}, count(*), avg({numbers[-1]}) from {name} group by 1 "
            "order by 2 desc limit 100",
        )
    if "segment_type" in kinds:
        yield (
            "one segment type over time",
            f"select * from {name} where segment_type = 'plan' and period_grain = 'month' "
            "order by period_start"
            if "period_grain" in kinds
            else f"select * from {name} where segment_type = 'plan'",
        )


def main(file: str) -> None:
    """Ask everything, and tell how long each answer took, in milliseconds of wall time."""
    settings = Settings()
    with duckdb.connect(file, read_only=True, config={"threads": settings.threads}) as connection:
        tables = connection.sql(
            "select table_name from duckdb_tables() "
            "where database_name = current_database() order by table_name"
        ).fetchall()
        asked = [
            (f"{table}: {name}", sql)
            for (table,) in tables
            for name, sql in queries(connection, table)
        ]
        with body() as found:
            found["milliseconds"] = {
                name: [_milliseconds(connection, sql) for _ in range(_TIMES)] for name, sql in asked
            }


def _milliseconds(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    begin = time.perf_counter()
    connection.execute(sql).fetchall()
    return 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Settings().published_dir / FILE_NAME))

"""Tables on their way back from Spark, as Parquet in a folder that both read."""

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from orchestration.settings import Settings
from orchestration.spark import spark_name
from orchestration.sql import cast_columns, identifier, literal
from orchestration.warehouse import transaction

# What a fact is rebuilt by, macros/incremental_months.sql.
_MONTHS = ("event_month", "input_fingerprint")

# A sum of decimals has ten digits more than they in Spark, and all that there are in DuckDB.
_SUM = re.compile(r"DECIMAL\((?:19|[23]\d),(\d+)\)")


def bring_back(
    connection: duckdb.DuckDBPyConnection, cursor: Any, settings: Settings, nodes: Iterable[Any]
) -> None:
    """Put tables of models as Spark has them into the warehouse, with their descriptions.

    Months of a fact stay where both have them, made from the same.
    """
    for node in nodes:
        connection.execute(f"create schema if not exists {identifier(node.schema)}")
        columns = _columns(cursor, node)
        stay = _months_that_stay(connection, cursor, node, set(columns))
        parquet = settings.spark_dir / "back" / node.schema / node.alias
        shutil.rmtree(parquet, ignore_errors=True)
        cursor.execute(
            f"insert overwrite directory {literal(str(parquet))} using parquet"
            f" select * from {spark_name(node.schema, node.alias)}"
            + (f" where not ({stay})" if stay else "")
        )
        _take(connection, node, f"read_parquet({literal(f'{parquet}/*.parquet')})", stay)
        _describe(connection, node, columns)
        shutil.rmtree(parquet)


def _columns(cursor: Any, node: Any) -> dict[str, str]:
    """Columns of a table in Spark, with what it says of them."""
    cursor.execute(f"describe {spark_name(node.schema, node.alias)}")
    # Those that it is partitioned by come again, below headings.
    return {name: said for name, _, said in cursor.fetchall() if name and not name.startswith("#")}


def _months_that_stay(
    connection: duckdb.DuckDBPyConnection, cursor: Any, node: Any, columns: set[str]
) -> str:
    """What says in SQL of both that rows stay; nothing where all of a table is to come."""
    here = connection.execute(
        "select column_name from duckdb_columns() where schema_name = $1 and table_name = $2",
        [node.schema, node.alias],
    ).fetchall()
    if not columns.issuperset(_MONTHS) or columns != {name for (name,) in here}:
        return ""
    months = f"select distinct cast({_MONTHS[0]} as string), {_MONTHS[1]} from"
    found = connection.execute(f"{months} {identifier(node.schema, node.alias)}").fetchall()
    cursor.execute(f"{months} {spark_name(node.schema, node.alias)}")
    same = sorted(f"date {literal(month)}" for month, _ in {*found}.intersection(cursor.fetchall()))
    return f"{_MONTHS[0]} in ({', '.join(same)})" if same else ""


def _take(connection: duckdb.DuckDBPyConnection, node: Any, read: str, stay: str) -> None:
    """Put what came in place of the table, or of its rows but for those that stay."""
    table = identifier(node.schema, node.alias)
    rows = f"select {cast_columns(_types(connection, read, list(node.columns)))} from {read}"
    if not stay:
        connection.execute(f"create or replace table {table} as {rows}")
        return
    with transaction(connection):
        connection.execute(f"delete from {table} where not ({stay})")
        connection.execute(f"insert into {table} by name {rows}")


def _types(
    connection: duckdb.DuckDBPyConnection, read: str, first: Sequence[str]
) -> list[tuple[str, str]]:
    """Columns with the types that they have here, some in front."""
    columns = connection.execute(f"describe select * from {read}").fetchall()
    columns.sort(key=lambda it: first.index(it[0]) if it[0] in first else len(first))
    return [(name, _of_duckdb(kind)) for name, kind, *_ in columns]


def _of_duckdb(kind: str) -> str:
    return "timestamp" if kind == "TIMESTAMP WITH TIME ZONE" else _SUM.sub(r"DECIMAL(38,\1)", kind)


def _describe(connection: duckdb.DuckDBPyConnection, node: Any, columns: Mapping[str, str]) -> None:
    """Say what the project says of a table, and what Spark does of columns that it alone knows."""
    table = identifier(node.schema, node.alias)
    connection.execute(f"comment on table {table} is {literal(node.description)}")
    told = {**columns, **{name: column.description for name, column in node.columns.items()}}
    for name, *_ in connection.execute(f"describe {table}").fetchall():
        if description := told.get(name):
            comment = f"comment on column {table}.{identifier(name)} is {literal(description)}"
            connection.execute(comment)

"""Tables on their way back from Spark, as Parquet in a folder that both read."""

import re
import shutil
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from orchestration.settings import Settings
from orchestration.spark import spark_name
from orchestration.sql import cast_columns, identifier, literal

# A sum of decimals has ten digits more than they in Spark, and all that there are in DuckDB.
_SUM = re.compile(r"DECIMAL\((?:19|[23]\d),(\d+)\)")


def bring_back(
    connection: duckdb.DuckDBPyConnection, cursor: Any, settings: Settings, nodes: Iterable[Any]
) -> None:
    """Put tables of models as Spark has them into the warehouse, with their descriptions."""
    for node in nodes:
        parquet = settings.spark_dir / "back" / node.schema / node.alias
        shutil.rmtree(parquet, ignore_errors=True)
        cursor.execute(
            f"insert overwrite directory {literal(str(parquet))} using parquet"
            f" select * from {spark_name(node.schema, node.alias)}"
        )
        read = f"read_parquet({literal(f'{parquet}/*.parquet')})"
        table = identifier(node.schema, node.alias)
        connection.execute(f"create schema if not exists {identifier(node.schema)}")
        columns = cast_columns(_types(connection, read, list(node.columns)))
        connection.execute(f"create or replace table {table} as select {columns} from {read}")
        _describe(connection, cursor, node)
        shutil.rmtree(parquet)


def _types(
    connection: duckdb.DuckDBPyConnection, read: str, first: Sequence[str]
) -> list[tuple[str, str]]:
    """Columns with the types that they have here, some in front."""
    columns = connection.execute(f"describe select * from {read}").fetchall()
    columns.sort(key=lambda it: first.index(it[0]) if it[0] in first else len(first))
    return [(name, _of_duckdb(kind)) for name, kind, *_ in columns]


def _of_duckdb(kind: str) -> str:
    return "timestamp" if kind == "TIMESTAMP WITH TIME ZONE" else _SUM.sub(r"DECIMAL(38,\1)", kind)


def _describe(connection: duckdb.DuckDBPyConnection, cursor: Any, node: Any) -> None:
    """Say what the project says of a table, and what Spark does of columns that it alone knows."""
    table = identifier(node.schema, node.alias)
    connection.execute(f"comment on table {table} is {literal(node.description)}")
    cursor.execute(f"describe {spark_name(node.schema, node.alias)}")
    told = {name: comment for name, _, comment in cursor.fetchall() if comment}
    told |= {name: column.description for name, column in node.columns.items()}
    for name, *_ in connection.execute(f"describe {table}").fetchall():
        if description := told.get(name):
            comment = f"comment on column {table}.{identifier(name)} is {literal(description)}"
            connection.execute(comment)

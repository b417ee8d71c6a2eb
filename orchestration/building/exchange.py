"""Tables on their way to Spark and back, as Parquet in a folder that both read."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt.contracts.graph.manifest import Manifest

from orchestration.settings import Settings
from orchestration.spark import spark_name
from orchestration.sql import identifier, literal

# What DuckDB writes to Parquet otherwise than Spark reads it: instants are of UTC, a hash has 64
# bits without a sign.
_OF_SPARK = {"TIMESTAMP": "timestamptz", "UBIGINT": "decimal(38, 0)", "JSON": "varchar"}
# A sum of decimals has ten digits more than they in Spark, and all that there are in DuckDB.
_SUM = re.compile(r"DECIMAL\((?:19|[23]\d),(\d+)\)")
_FILE = "rows.parquet"


def send_sources(
    connection: duckdb.DuckDBPyConnection,
    cursor: Any,
    settings: Settings,
    project: Manifest,
    states: Mapping[str, str],
) -> None:
    """Have Spark read the sources of the project as they are in the warehouse now.

    What it has already is not written again: `states` has the content of each by its unique id.
    """
    for unique_id, source in project.sources.items():
        state = hashlib.sha256(states[unique_id].encode()).hexdigest()[:16]
        folder = settings.spark_dir / "sent" / source.schema / source.identifier
        if not (parquet := folder / state).exists():
            _write(connection, identifier(source.schema, source.identifier), parquet)
        name = spark_name(source.schema, source.identifier)
        cursor.execute(f"create schema if not exists {spark_name(source.schema)}")
        cursor.execute(f"drop table if exists {name}")
        cursor.execute(f"create table {name} using parquet location {literal(str(parquet))}")
        for other in set(folder.iterdir()) - {parquet}:
            shutil.rmtree(other)


def _write(connection: duckdb.DuckDBPyConnection, table: str, parquet: Path) -> None:
    """Write a table whole or not at all."""
    unfinished = parquet.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    query = _cast(connection, table, lambda kind: _OF_SPARK.get(kind, kind))
    connection.execute(f"copy ({query}) to {literal(str(unfinished / _FILE))}")
    unfinished.rename(parquet)


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
        connection.execute(
            f"create or replace table {table} as"
            f" {_cast(connection, read, _of_duckdb, list(node.columns))}"
        )
        _describe(connection, cursor, node)
        shutil.rmtree(parquet)


def _of_duckdb(kind: str) -> str:
    return "timestamp" if kind == "TIMESTAMP WITH TIME ZONE" else _SUM.sub(r"DECIMAL(38,\1)", kind)


def _cast(
    connection: duckdb.DuckDBPyConnection,
    read: str,
    type_of: Callable[[str], str],
    first: Sequence[str] = (),
) -> str:
    """A query for all rows, with columns of some types cast to others, and some in front."""
    columns = connection.execute(f"describe select * from {read}").fetchall()
    columns.sort(key=lambda it: first.index(it[0]) if it[0] in first else len(first))
    told = (
        f"cast({identifier(name)} as {type_of(kind)}) as {identifier(name)}"
        for name, kind, *_ in columns
    )
    return f"select {', '.join(told)} from {read}"


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

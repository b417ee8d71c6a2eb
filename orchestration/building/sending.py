"""Sources on their way to Spark, as Parquet in a folder that both read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from dbt.contracts.graph.manifest import Manifest

from orchestration.building.standing import EVERY_COLUMN, content, digest, told_apart_by
from orchestration.settings import Settings
from orchestration.spark import spark_name
from orchestration.sql import cast_columns, identifier, literal

# What DuckDB writes to Parquet otherwise than Spark reads it: instants are of UTC, a hash has 64
# bits without a sign.
_OF_SPARK = {"TIMESTAMP": "timestamptz", "UBIGINT": "decimal(38, 0)", "JSON": "varchar"}
_LANDED = "_landing_date"
_MONTH = f"coalesce(strftime({_LANDED}, '%Y-%m'), 'undated')"


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
        folder = settings.spark_dir / "sources" / source.schema / source.identifier
        write_parts(
            connection, identifier(source.schema, source.identifier), folder, states[unique_id]
        )
        name = spark_name(source.schema, source.identifier)
        cursor.execute(f"create schema if not exists {spark_name(source.schema)}")
        cursor.execute(f"drop table if exists {name}")
        cursor.execute(f"create table {name} using parquet location {literal(str(folder))}")


def write_parts(
    connection: duckdb.DuckDBPyConnection, table: str, folder: Path, state: str
) -> None:
    """Write what a folder does not have of a table: a file for each month of landing that changed.

    Names that begin with an underscore Spark passes over: a part that is not finished, and a mark
    of the state in which all parts are there.
    """
    columns = connection.execute(f"describe {table}").fetchall()
    mark = folder / f"_{digest((str(columns), state))}"
    if mark.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    # Before anything else goes or comes: what follows may break off.
    for old in folder.glob("_*"):
        old.unlink()
    types = [(name, _OF_SPARK.get(kind, kind)) for name, kind, *_ in columns]
    query = f"select {cast_columns(types)} from {table}"
    parts = _parts(connection, columns, table)
    for name, rows in parts.items():
        if not (folder / name).exists():
            unfinished = folder / f"_{name}"
            connection.execute(f"copy ({query} where {rows}) to {literal(str(unfinished))}")
            unfinished.rename(folder / name)
    for other in folder.iterdir():
        if other.name not in parts:
            other.unlink()
    mark.touch()


def _parts(
    connection: duckdb.DuckDBPyConnection, columns: list[tuple[str, ...]], table: str
) -> dict[str, str]:
    """Files by name, with what says of a row that it is theirs; one has the columns alone."""
    names = [name for name, *_ in columns]
    month = _MONTH if _LANDED in names else "'whole'"
    told = connection.execute(
        f"select {month}, {content(told_apart_by(names))} from {table} as {EVERY_COLUMN} group by 1"
    )
    parts = {f"columns_{digest((str(columns),))}.parquet": "false"}
    for part, found in told.fetchall():
        name = f"{part}_{digest((str(columns), found))}.parquet"
        parts[name] = f"{month} = {literal(part)}"
    return parts

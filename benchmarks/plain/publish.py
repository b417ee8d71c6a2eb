"""A plain copy of the marts into a file for readers."""

import sys
from pathlib import Path

import duckdb

from benchmarks.body import body
from orchestration.publishing.published import FILE_NAME, SCHEMA
from orchestration.settings import Settings
from orchestration.sql import identifier, literal
from orchestration.warehouse import connect


def publish(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Copy the marts into a file of their own, and into Parquet."""
    folder.mkdir(parents=True)
    connection.execute(f"attach {literal(str(folder / FILE_NAME))} as published")
    connection.execute(f"create schema published.{SCHEMA}")
    for (name,) in connection.sql(
        f"select table_name from information_schema.tables "
        f"where table_catalog = 'warehouse' and table_schema = '{SCHEMA}'"
    ).fetchall():
        source = identifier("warehouse", SCHEMA, name)
        connection.execute(f"create table {identifier('published', SCHEMA, name)} as from {source}")
        file = literal(str(folder / f"{name}.parquet"))
        connection.execute(f"copy (from {source}) to {file} (format parquet, compression zstd)")


if __name__ == "__main__":
    with body(), connect(Settings()) as warehouse:
        publish(warehouse, Path(sys.argv[1]))

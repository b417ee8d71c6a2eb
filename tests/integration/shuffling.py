"""Computes each model of a warehouse twice, from the same rows in two orders."""

import json
from pathlib import Path

import duckdb

from orchestration.sql import identifier


def models_that_change(home: Path) -> set[str]:
    """Names of the models that come out otherwise, in any bit, where their inputs are shuffled.

    Their SQL is what dbt compiled for the first run, which builds all of every table.
    """
    artefacts = home / "logs" / "dbt"
    manifest = json.loads((artefacts / "manifest.json").read_text())
    models = {
        node["name"]: (artefacts / "compiled" / "cx" / node["original_file_path"]).read_text()
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    with duckdb.connect(home / "warehouse.duckdb") as connection:
        for name, query in models.items():
            connection.execute(f"create temp table {identifier(name)} as {query}")
        _shuffle(connection)
        return {name for name, query in models.items() if _differs(connection, name, query)}


def _shuffle(connection: duckdb.DuckDBPyConnection) -> None:
    """Order the rows of every table anew; one thread, so that they are read in that order."""
    connection.execute("set threads = 1")
    names = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not temporary"
    ).fetchall()
    for name in names:
        table = identifier(*name)
        connection.execute(
            f"create or replace temp table shuffled as from {table} order by hash(rowid)"
        )
        connection.execute(f"delete from {table}; insert into {table} from shuffled")


def _differs(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> bool:
    before = f"temp.{identifier(name)}"
    connection.execute(f"create or replace temp table anew as {query}")
    differences = connection.execute(
        f"(from anew except all from {before}) union all (from {before} except all from anew)"
    )
    return differences.fetchone() is not None

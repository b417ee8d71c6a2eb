"""All that models read: raw tables by plain inserts, registries, and the empty tables of fits."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.plain.load import insert
from orchestration.building.fits.purchases import SCHEMA as FITS
from orchestration.contract import source_tables
from orchestration.settings import Settings
from orchestration.sql import identifier, literal
from orchestration.warehouse import connect

REGISTRIES = "registries"


def prepare(connection: duckdb.DuckDBPyConnection, landing: Path, home: Path) -> None:
    """Load a landing zone, and copy what is not landed from the warehouse file of a home."""
    _load(connection, landing)
    connection.execute(f"attach {literal(str(home))} as home (read_only)")
    _copy(connection, REGISTRIES)
    _copy(connection, FITS, "limit 0")
    connection.execute("detach home")


def _load(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Insert every table; of the ledger the models read but when something was loaded last."""
    for table in source_tables():
        insert(connection, table, landing)
    now = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(
        "insert into ledger.files values ('', '', '', '', $now, 'loaded', null, 0, 0, 0, '', $now)",
        {"now": now},
    )


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, rows: str = "") -> None:
    """Copy the tables of a schema of the home."""
    tables = connection.execute(
        """
        select table_name from duckdb_tables()
        where database_name = 'home' and schema_name = $name
        """,
        {"name": schema},
    ).fetchall()
    connection.execute(f"create schema {identifier(schema)}")
    for (table,) in tables:
        name = identifier(schema, table)
        connection.execute(f"create table {name} as from home.{name} {rows}")


if __name__ == "__main__":
    settings = Settings()
    with connect(settings) as warehouse:
        prepare(warehouse, settings.landing_dir, Path(sys.argv[1]))

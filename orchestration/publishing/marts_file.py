"""The file of marts that readers get: copied with its comments, and compared with its source."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.publishing.published import FILE_NAME, SCHEMA
from orchestration.settings import Settings
from orchestration.sql import identifier, literal


class PublishError(RuntimeError):
    """The marts cannot be published, or what was built differs from them."""


@contextmanager
def new_file(settings: Settings, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new file to publish, with the warehouse attached read-only."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
    }
    with duckdb.connect(file, config=config) as connection:
        warehouse = literal(str(settings.warehouse_file))
        connection.execute(f"attach {warehouse} as warehouse (read_only)")
        connection.execute(f"create schema {SCHEMA}")
        yield connection


def copy_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Copy every mart with its comments, and return the rows that each has in the warehouse."""
    rows = {}
    for table, comment in _marts(connection):
        source = identifier("warehouse", SCHEMA, table)
        connection.execute(f"create table {identifier(SCHEMA, table)} as from {source}")
        _comment(connection, f"table {identifier(SCHEMA, table)}", comment)
        rows[table] = _count(connection, source)
    if not rows:
        raise PublishError("The warehouse has no marts to publish; run `cx run` first.")
    comments = _column_comments(connection)
    connection.begin()  # a commit for each of them would take as long as all else
    for table, column, comment in comments:
        _comment(connection, f"column {identifier(SCHEMA, table, column)}", comment)
    connection.commit()
    return rows


def _marts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None]]:
    return connection.execute(
        """
        select table_name, comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name = $schema
        union all
        select view_name, comment from duckdb_views()
        where database_name = 'warehouse' and schema_name = $schema
        order by 1
        """,
        {"schema": SCHEMA},
    ).fetchall()


def _column_comments(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        """
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'warehouse' and schema_name = $schema and comment is not null
        """,
        {"schema": SCHEMA},
    ).fetchall()


def write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every table of the file as Parquet beside it."""
    for table in _tables(connection):
        relation = connection.sql(f"from {identifier(SCHEMA, table)}")
        relation.write_parquet(str(folder / f"{table}.parquet"), compression="zstd")


def verify(folder: Path, rows: dict[str, int]) -> None:
    """Open what was built as a reader would, and compare it with what the warehouse holds."""
    with duckdb.connect(folder / FILE_NAME, read_only=True) as connection:
        in_file = {t: _count(connection, identifier(SCHEMA, t)) for t in _tables(connection)}
        in_parquet = {
            path.stem: _count(connection, f"read_parquet({literal(str(path))})")
            for path in folder.glob("*.parquet")
        }
    for name, found in ((FILE_NAME, in_file), ("the Parquet files", in_parquet)):
        if found != rows:
            raise PublishError(f"Rows in {name} differ from the warehouse: {found} != {rows}.")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    return sorted(table for (table,) in rows)


def _comment(connection: duckdb.DuckDBPyConnection, target: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {target} is {literal(comment)}")


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    row = connection.execute(f"select count(*) from {source}").fetchone()
    return int(row[0]) if row else 0

"""The file of marts that readers get: copied with its comments, and compared with its source."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.ducklake import NAME
from orchestration.publishing.published import FILE_NAME, SCHEMA, SCHEMAS
from orchestration.settings import Settings
from orchestration.sql import identifier, literal
from orchestration.warehouse import attach, within_limits

# Plumbing, by which models are built and which says nothing to readers: fingerprints and profiles.
_READERS_COLUMNS = r"columns(c -> not regexp_matches(c, '_(fingerprint|profile_id)$'))"


class PublishError(RuntimeError):
    """The marts cannot be published, or what was built differs from them."""


@contextmanager
def new_file(settings: Settings, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new file to publish, with the warehouse attached read-only."""
    with duckdb.connect(file, config=within_limits(settings)) as connection:
        attach(connection, settings)
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        yield connection


def copy_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Copy every mart and every view for BI with its comments, but for plumbing.

    Returns the rows that each has in the warehouse, by its name as of `_file_name`.
    """
    rows = {}
    for schema, table, comment in _marts(connection):
        source = identifier(NAME, schema, table)
        target = identifier(schema, table)
        columns = _readers_columns(connection, source)
        connection.execute(f"create table {target} as select {columns} from {source}")
        _comment(connection, f"table {target}", comment)
        rows[_file_name(schema, table)] = _count(connection, source)
    if not rows:
        raise PublishError("The warehouse has no marts to publish; run `cx run` first.")
    comments = _column_comments(connection)
    connection.begin()  # a commit for each of them would take as long as all else
    for schema, table, column, comment in comments:
        _comment(connection, f"column {identifier(schema, table, column)}", comment)
    connection.commit()
    return rows


def _marts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None]]:
    return connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name in (select unnest($schemas))
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = 'warehouse' and schema_name in (select unnest($schemas))
        order by all
        """,
        {"schemas": SCHEMAS},
    ).fetchall()


def _readers_columns(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """Columns without plumbing; integers of 128 bits, as sums are, in the 64 that tools have."""
    relation = connection.sql(f"select {_READERS_COLUMNS} from {source}")
    return ", ".join(
        f"{identifier(name)}::bigint as {identifier(name)}"
        if kind == "HUGEINT"
        else identifier(name)
        for name, kind in zip(relation.columns, relation.types, strict=True)
    )


def _column_comments(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str]]:
    return connection.execute(
        """
        select schema_name, table_name, column_name, built.comment
        from duckdb_columns() as built
        semi join (from duckdb_columns() where database_name = current_database()) as published
            using (schema_name, table_name, column_name)
        where database_name = 'warehouse' and built.comment is not null
        """
    ).fetchall()


def write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every table of the file as Parquet beside it, with its descriptions as metadata.

    Key `description` is that of the table, key `columns` those of its columns, as JSON by name.
    """
    described = "where database_name = current_database() and comment is not null group by all"
    of_tables = connection.execute(
        f"select schema_name, table_name, any_value(comment) from duckdb_tables() {described}"
    ).fetchall()
    of_columns = connection.execute(
        "select schema_name, table_name, json_group_object(column_name, comment) "
        f"from duckdb_columns() {described}"
    ).fetchall()
    descriptions = {(schema, table): text for schema, table, text in of_tables}
    columns = {(schema, table): by_name for schema, table, by_name in of_columns}
    for table in tables_of(connection):
        file = literal(str(folder / f"{_file_name(*table)}.parquet"))
        about = f"description: {literal(descriptions.get(table, ''))}"
        about += f", columns: {literal(columns.get(table, '{}'))}"
        connection.execute(
            f"copy {identifier(*table)} to {file} "
            f"(format parquet, compression zstd, kv_metadata {{{about}}})"
        )


def verify(folder: Path, rows: dict[str, int]) -> None:
    """Open what was built as a reader would, and compare it with what the warehouse holds."""
    with duckdb.connect(folder / FILE_NAME, read_only=True) as connection:
        in_file = {
            _file_name(schema, table): _count(connection, identifier(schema, table))
            for schema, table in tables_of(connection)
        }
        in_parquet = {
            path.stem: _count(connection, f"read_parquet({literal(str(path))})")
            for path in folder.glob("*.parquet")
        }
    for name, found in ((FILE_NAME, in_file), ("the Parquet files", in_parquet)):
        if found != rows:
            raise PublishError(f"Rows in {name} differ from the warehouse: {found} != {rows}.")


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Schema and name of each table of the file that a connection is in."""
    return connection.execute(
        """
        select schema_name, table_name from duckdb_tables()
        where database_name = current_database() order by all
        """
    ).fetchall()


def _file_name(schema: str, table: str) -> str:
    """A table's name beside the published file: `bi.answers`, and of a mart without its schema."""
    return table if schema == SCHEMA else f"{schema}.{table}"


def _comment(connection: duckdb.DuckDBPyConnection, target: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {target} is {literal(comment)}")


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    row = connection.execute(f"select count(*) from {source}").fetchone()
    return int(row[0]) if row else 0

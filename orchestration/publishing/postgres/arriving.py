"""Tables on their way into PostgreSQL: copied beside those that readers see, and compared."""

from collections.abc import Iterator, Sequence

import duckdb

from orchestration.publishing.postgres.ours import ARRIVING, create_arriving, let_read
from orchestration.publishing.postgres.server import FILE, SERVER, PostgresError, Server, said
from orchestration.sql import identifier, literal

Table = tuple[str, str]


def arrive(server: Server, tables: Sequence[Table]) -> dict[str, int]:
    """Copy tables of the published file with their comments, and return the rows of each.

    Raises:
        PostgresError: a table cannot be copied, or did not arrive whole.
    """
    create_arriving(server)
    for table in tables:
        _copy(server, table)
    server.execute(";".join([*_comments(server), *(f"analyze {_there(t)}" for t in tables)]))
    let_read(server)
    rows = {".".join(table): _rows(server, table) for table in tables}
    arrived = dict(server.rows(_counts(tables)))
    if arrived != rows:
        raise PostgresError(f"rows that arrived differ from the file: {arrived} != {rows}")
    return rows


def _there(table: Table) -> str:
    return identifier(ARRIVING[table[0]], table[1])


def _here(table: Table) -> str:
    return identifier(FILE, *table)


def _copy(server: Server, table: Table) -> None:
    query = f"select {_columns(server, table)} from {_here(table)}"
    try:
        server.duckdb.execute(f"create table {SERVER}.{_there(table)} as {query}")
    except duckdb.Error as error:
        raise PostgresError(f"{'.'.join(table)}: {said(error)}") from None


def _columns(server: Server, table: Table) -> str:
    """All columns; what PostgreSQL has no type for goes as text or JSON."""
    described = server.duckdb.execute(f"describe from {_here(table)}").fetchall()
    return ", ".join(
        f"{_as_there(identifier(name), data_type)} as {identifier(name)}"
        for name, data_type, *_ in described
    )


def _as_there(column: str, data_type: str) -> str:
    if data_type.startswith("ENUM(") and not data_type.endswith("]"):
        return f"cast({column} as text)"
    is_nested = any(f"{kind}(" in data_type for kind in ("ENUM", "MAP", "STRUCT", "UNION"))
    return f"to_json({column})" if is_nested else column


def _comments(server: Server) -> Iterator[str]:
    commented = "where database_name = current_database() and comment is not null"
    tables = f"select schema_name, table_name, comment from duckdb_tables() {commented}"
    for schema, table, comment in server.duckdb.execute(tables).fetchall():
        yield f"comment on table {_there((schema, table))} is {literal(comment)}"
    columns = (
        f"select schema_name, table_name, column_name, comment from duckdb_columns() {commented}"
    )
    for schema, table, column, comment in server.duckdb.execute(columns).fetchall():
        place = f"{_there((schema, table))}.{identifier(column)}"
        yield f"comment on column {place} is {literal(comment)}"


def _rows(server: Server, table: Table) -> int:
    [(rows,)] = server.duckdb.execute(f"select count(*) from {_here(table)}").fetchall()
    return int(rows)


def _counts(tables: Sequence[Table]) -> str:
    return " union all ".join(
        f"select {literal('.'.join(table))}, count(*) from {_there(table)}" for table in tables
    )

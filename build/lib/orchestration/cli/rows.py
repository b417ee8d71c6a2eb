"""Rows of a table, as the terminal has room for them."""

import shutil
from contextlib import redirect_stdout
from io import StringIO

import duckdb

from orchestration.sql import identifier
from orchestration.text import printable


def relations_named(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    """Schema and name of the tables and views that are called so, with their schema or without."""
    return connection.execute(
        """
        select table_schema, table_name from information_schema.tables
        where $name in (table_name, concat(table_schema, '.', table_name))
        order by all
        """,
        {"name": name},
    ).fetchall()


def printed(connection: duckdb.DuckDBPyConnection, relation: tuple[str, str], rows: int) -> str:
    """The first rows, framed; columns for which there is no room are left out in the middle."""
    first = connection.sql(f"from {identifier(*relation)} limit {rows}")
    with redirect_stdout(StringIO()) as framed:
        first.show(max_width=shutil.get_terminal_size().columns, max_rows=rows)
    return "\n".join(map(printable, framed.getvalue().splitlines()))

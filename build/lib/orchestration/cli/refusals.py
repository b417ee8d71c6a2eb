"""Rows in quarantine and files that were refused, as tables for the terminal."""

from collections.abc import Iterator, Sequence

import duckdb
from rich.table import Table

from orchestration.contract import SourceTable, source_tables
from orchestration.loading.ledger import known_files, quarantine_name, refused_rows
from orchestration.text import printable


def quarantine_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """Quarantined rows by table and rule."""
    table = Table("Table", "Rule", title="Quarantine")
    table.add_column("Rows", justify="right")
    query = " union all ".join(
        f"select '{source.full_name}', rule, count(*) from {quarantine_name(source)} group by all"
        for source in source_tables()
    )
    for name, rule, rows in connection.execute(f"{query} order by all").fetchall():
        table.add_row(name, rule, f"{rows:,}")
    return table


def refusal_table(connection: duckdb.DuckDBPyConnection, tables: Sequence[SourceTable]) -> Table:
    """What was refused, whole files and rows, by file and rule, with an example of each."""
    table = Table(title="Refused")
    for column in ("File", "Rule"):
        table.add_column(column, overflow="fold")
    for column in ("Rows", "Line"):
        table.add_column(column, justify="right")
    table.add_column("Example", overflow="fold")
    for refusal in (refusal for source in tables for refusal in _refusals(connection, source)):
        table.add_row(*map(printable, refusal))
    return table


def _refusals(
    connection: duckdb.DuckDBPyConnection, table: SourceTable
) -> Iterator[tuple[str, str, str, str, str]]:
    """File, rule, rows, and line and message of the first of them."""
    for name, known in known_files(connection, table).items():
        if known.is_outside:
            yield name, known.status, "", "", known.message.removeprefix(f"{printable(name)}: ")
    for rows in refused_rows(connection, table):
        yield rows.file, rows.rule, f"{rows.rows:,}", str(rows.line or ""), rows.message

"""Bookkeeping beside the raw tables: files, findings of their checks, and the quarantine."""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from orchestration.contract import SourceTable
from orchestration.sql import identifier

_LEDGER = """
create schema if not exists ledger;
create table if not exists ledger.files (
    file text not null,
    source text not null,
    table_name text not null,
    digest text not null,
    landing_date date not null,
    status text not null,
    message text,
    rows_in_file bigint not null,
    rows_loaded bigint not null,
    rows_quarantined bigint not null,
    load_id text not null,
    loaded_at timestamp not null
);
drop table if exists ledger.profiles;  -- of earlier versions, which compared files
create table if not exists ledger.findings (
    source text not null,
    table_name text not null,
    check_name text not null,
    asked text not null,
    load_id text not null,
    found_at timestamp not null,
    files text[] not null,
    rows bigint not null,
    failed_rows bigint,
    samples text[] not null,
    message text not null
);
"""

_BOOKKEEPING = {
    "_file": "text",
    "_line": "bigint",
    "_landing_date": "date",
    "_load_id": "text",
    "_loaded_at": "timestamp",
    "_extra": "json",
    "_row_hash": "ubigint",
}

_QUARANTINE = """
create schema if not exists quarantine;
create table if not exists {name} (
    file text not null,
    line bigint,
    rule text not null,
    message text not null,
    row_text text,
    load_id text not null,
    quarantined_at timestamp not null
);
"""


def raw_name(table: SourceTable) -> str:
    """The quoted name of a raw table."""
    return identifier(table.schema, table.name)


def quarantine_name(table: SourceTable) -> str:
    """The quoted name of a table's quarantine."""
    return identifier("quarantine", f"{table.source}__{table.name}")


def create_tables(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
    """Create what a table needs where it is missing, and add columns new in the contract."""
    columns = {column.name: column.data_type for column in table.columns} | _BOOKKEEPING
    definitions = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    connection.execute(_LEDGER)
    connection.execute(_QUARANTINE.format(name=quarantine_name(table)))
    connection.execute(f"create schema if not exists {identifier(table.schema)}")
    connection.execute(f"create table if not exists {raw_name(table)} ({definitions})")
    for name, kind in columns.items():
        connection.execute(
            f"alter table {raw_name(table)} add column if not exists {identifier(name)} {kind}"
        )


@dataclass(frozen=True)
class RefusedRows:
    """Rows of a file in quarantine under one rule, and the first of them as an example."""

    file: str
    rule: str
    rows: int
    line: int | None
    message: str


def refused_rows(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> list[RefusedRows]:
    """What stands in a table's quarantine, by file and rule."""
    rows = connection.execute(
        f"""
        select file, rule, count(*), min(line), first(message order by line, message)
        from {quarantine_name(table)} group by file, rule order by file, rule
        """
    ).fetchall()
    return [RefusedRows(*row) for row in rows]


def drop_held_rows(connection: duckdb.DuckDBPyConnection, table: SourceTable, file: str) -> None:
    """Take out of quarantine what a file showed while it was held back.

    What was refused of the content that stands in the raw table stays.
    """
    connection.execute(
        f"""
        delete from {quarantine_name(table)}
        where file = $file and load_id not in (
            select load_id from ledger.files where file = $file and status = 'loaded'
        )
        """,
        {"file": file},
    )


@dataclass(frozen=True)
class KnownFile:
    """A file as the ledger knows it: its newest line, and the first of its landing dates.

    The status is loaded, refused (it cannot be read), held (its rows fail the gate), gone (it was
    either, and lies in the landing zone no longer), withdrawn or requeued (both by a user); the
    message says why or by whom.
    """

    digest: str
    landing_date: date
    status: str
    message: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether the last attempt to load it left it outside."""
        return self.status in {"refused", "held"}

    @property
    def is_withdrawn(self) -> bool:
        """Whether the user took it out, and did not ask for it since."""
        return self.status == "withdrawn"

    def is_due(self, digest: str) -> bool:
        """Whether a file with this content has to be loaded."""
        return self.status not in {"loaded", "withdrawn"} or self.digest != digest


def known_files(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> dict[str, KnownFile]:
    """Every file of a table that the ledger has seen, by name.

    Lines are only ever added, so the row id tells the newest, whatever the clock did.
    """
    rows = connection.execute(
        """
        select file, digest, first_landing_date, status, coalesce(message, '')
        from ledger.files inner join (
            select max(rowid) as newest, min(landing_date) as first_landing_date
            from ledger.files where source = $source and table_name = $name group by file
        ) on files.rowid = newest
        order by file
        """,
        {"source": table.source, "name": table.name},
    ).fetchall()
    return {file: KnownFile(*seen) for file, *seen in rows}


def last_delivery_at(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> datetime | None:
    """Instant in UTC at which content that brought a table rows first came; None when none did.

    A file that is loaded again with the same content is no new delivery.
    """
    row = connection.execute(
        """
        select max(first_loaded_at) from (
            select min(loaded_at) as first_loaded_at from ledger.files
            where source = $source and table_name = $name and rows_loaded > 0
            group by file, digest
        )
        """,
        {"source": table.source, "name": table.name},
    ).fetchone()
    return row[0] if row else None


def add_line(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    name: str,
    known: KnownFile,
    load_id: str,
    at: datetime,
) -> None:
    """Note in the ledger what became of a file, other than that it was loaded."""
    connection.execute(
        """
        insert into ledger.files
        values ($file, $source, $name, $digest, $landed, $status, $message, 0, 0, 0, $id, $at)
        """,
        {
            "file": name,
            "source": table.source,
            "name": table.name,
            "digest": known.digest,
            "landed": known.landing_date,
            "status": known.status,
            "message": known.message,
            "id": load_id,
            "at": at,
        },
    )

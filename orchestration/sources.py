"""How the sources stand: rows, freshness, and files that are not in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from orchestration.contract import SourceTable, source_tables
from orchestration.ledger import known_files, last_delivery_at, raw_name, refused_rows


@dataclass(frozen=True)
class SourceState:
    """A raw table: all its rows, of all versions; times are UTC.

    The freshness is empty, fresh, or stale: the last delivery is older than the contract allows;
    loading the same content again is no delivery.
    Files are outside that cannot be read, or that the gate holds back: the table keeps what it had.
    Quarantined are rows that break the contract, of these files too.
    """

    source_table: str
    rows: int
    newest_landing_date: date | None
    newest_loaded_at: datetime | None
    freshness: str
    files_outside: int
    rows_quarantined: int


def source_states(connection: duckdb.DuckDBPyConnection) -> list[SourceState]:
    """The state of every table of the contract."""
    return [_state(connection, table) for table in source_tables()]


def _state(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> SourceState:
    rows, newest_landing_date, newest_loaded_at = connection.execute(
        f"select count(*), max(_landing_date), max(_loaded_at) from {raw_name(table)}"
    ).fetchall()[0]
    last = last_delivery_at(connection, table) if rows else None
    return SourceState(
        source_table=table.full_name,
        rows=rows,
        newest_landing_date=newest_landing_date,
        newest_loaded_at=newest_loaded_at,
        freshness=freshness(table, last),
        files_outside=sum(file.is_outside for file in known_files(connection, table).values()),
        rows_quarantined=sum(refused.rows for refused in refused_rows(connection, table)),
    )


def freshness(table: SourceTable, last: datetime | None) -> str:
    """Whether a table whose last delivery came at an instant in UTC is empty, fresh or stale."""
    if last is None:
        return "empty"
    age = datetime.now(UTC).replace(tzinfo=None) - last
    return "stale" if table.stale_after is not None and age > table.stale_after else "fresh"

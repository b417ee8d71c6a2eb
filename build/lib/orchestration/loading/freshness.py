"""How the sources stand: rows, freshness, and files that are not in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from orchestration.contract import SourceTable, source_tables
from orchestration.loading.ledger import known_files, last_delivery_at, raw_name, refused_rows
from orchestration.sql import identifier


@dataclass(frozen=True)
class SourceState:
    """A raw table: all its rows, of all versions; times are UTC.

    The freshness is empty, fresh, stale (the last delivery is older than the contract allows;
    loading the same content again is no delivery), or stale_events (it came in time, and the newest
    event was older than that when it came).
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
    newest_event_at: datetime | None


def source_states(connection: duckdb.DuckDBPyConnection) -> list[SourceState]:
    """The state of every table of the contract."""
    return [_state(connection, table) for table in source_tables()]


def _state(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> SourceState:
    rows, newest_landing_date, newest_loaded_at = connection.execute(
        f"select count(*), max(_landing_date), max(_loaded_at) from {raw_name(table)}"
    ).fetchall()[0]
    last = last_delivery_at(connection, table) if rows else None
    newest_event = newest_event_at(connection, table)
    return SourceState(
        source_table=table.full_name,
        rows=rows,
        newest_landing_date=newest_landing_date,
        newest_loaded_at=newest_loaded_at,
        freshness=freshness(table, last, newest_event),
        files_outside=sum(file.is_outside for file in known_files(connection, table).values()),
        rows_quarantined=sum(refused.rows for refused in refused_rows(connection, table)),
        newest_event_at=newest_event,
    )


def newest_event_at(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> datetime | None:
    """Instant in UTC of the newest event of a table; one later than its loading did not happen."""
    if table.event_time is None:
        return None
    at = identifier(table.event_time)
    row = connection.execute(
        f"select max({at}) filter ({at} <= _loaded_at) from {raw_name(table)}"
    ).fetchone()
    return row[0] if row else None


def freshness(table: SourceTable, last: datetime | None, newest_event: datetime | None) -> str:
    """Whether a table is empty, fresh, stale or of stale events.

    Args:
        table: the table.
        last: instant in UTC of its last delivery; None where nothing came.
        newest_event: instant in UTC of its newest event; None where none is known to have happened.
    """
    if last is None:
        return "empty"
    if table.stale_after is None:
        return "fresh"
    if datetime.now(UTC).replace(tzinfo=None) - last > table.stale_after:
        return "stale"
    if newest_event is None:
        return "stale_events" if table.needs_event_time else "fresh"
    return "stale_events" if last - newest_event > table.stale_after else "fresh"

"""How fast Dagster writes its event log."""

import sqlite3

from sqlalchemy import event
from sqlalchemy.engine import Engine


def write_events_without_waiting() -> None:
    """Let SQLite leave it to the system when events reach the disk.

    Dagster opens, commits and closes for each of the thousands of events of a run: 100 checks took
    4.4 s, and 1.1 s without waiting for the disk. A power cut may cost the log of that run; what
    the warehouse holds is in DuckDB, which does wait.
    """
    if not event.contains(Engine, "connect", _do_not_wait):
        event.listen(Engine, "connect", _do_not_wait)


def _do_not_wait(connection: object, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")

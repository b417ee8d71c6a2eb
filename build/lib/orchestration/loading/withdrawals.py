"""Takes out what files gave, or has files loaded again; both leave a line in the ledger."""

import getpass
import os
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import duckdb

from orchestration.contract import SourceTable, source_tables
from orchestration.loading.ledger import KnownFile, add_line, known_files, quarantine_name, raw_name
from orchestration.text import printable
from orchestration.warehouse import transaction


class UnknownFile(RuntimeError):
    """The ledger has no such file; the message names those that come close."""

    def __init__(self, path: str, names: Collection[str]) -> None:
        close = [printable(name) for name in get_close_matches(path, names)]
        remedy = (
            f"did you mean {' or '.join(close)}?"
            if close
            else "give its path in the landing zone, such as survey/responses/2026-01-31.csv."
        )
        super().__init__(f"No file {printable(path)} was ever loaded: {remedy}")


@dataclass(frozen=True)
class Withdrawal:
    """A file that was withdrawn, and how many rows that took from raw and from quarantine."""

    name: str
    rows: int
    rows_quarantined: int


@dataclass(frozen=True)
class Requeue:
    """Files that the next run loads again, and those that it will not find in the landing zone."""

    queued: list[str]
    gone: list[str]


@dataclass(frozen=True)
class _Entry:
    table: SourceTable
    name: str
    known: KnownFile


def withdraw(
    connection: duckdb.DuckDBPyConnection, landing_dir: Path, paths: list[str]
) -> list[Withdrawal]:
    """Take the rows of files out of raw and quarantine, of all or of none.

    A file that still lies in the landing zone is loaded again once its content has changed.

    Args:
        connection: the warehouse, with every table of the contract in it.
        landing_dir: the landing zone.
        paths: names as in the ledger, or paths of files inside of the landing zone.

    Raises:
        UnknownFile: the ledger has no such file.
    """
    entries = _entries(connection, landing_dir, paths)
    with transaction(connection):
        withdrawals = [_take_out(connection, entry) for entry in entries]
        _mark(connection, entries, "withdrawn")
    return withdrawals


def requeue(connection: duckdb.DuckDBPyConnection, landing_dir: Path, paths: list[str]) -> Requeue:
    """Have the next run load files again though their content is the same.

    What they gave stays until then.

    Args:
        connection: the warehouse, with every table of the contract in it.
        landing_dir: the landing zone.
        paths: as for `withdraw`; without any, every file that stayed outside or has rows in
            quarantine.

    Raises:
        UnknownFile: the ledger has no such file.
    """
    entries = _entries(connection, landing_dir, paths) if paths else list(_faulty(connection))
    present: dict[bool, list[_Entry]] = {True: [], False: []}
    for entry in entries:
        present[(landing_dir / entry.name).is_file()].append(entry)
    with transaction(connection):
        _mark(connection, present[True], "requeued")
    return Requeue(*([entry.name for entry in found] for found in present.values()))


def _entries(
    connection: duckdb.DuckDBPyConnection, landing_dir: Path, paths: list[str]
) -> list[_Entry]:
    entries = {entry.name: entry for entry in _all(connection)}
    names = dict.fromkeys(_name(path, landing_dir, entries) for path in paths)
    return [entries[name] for name in names]


def _all(connection: duckdb.DuckDBPyConnection) -> Iterator[_Entry]:
    for table in source_tables():
        for name, known in known_files(connection, table).items():
            yield _Entry(table, name, known)


def _name(path: str, landing_dir: Path, names: Collection[str]) -> str:
    place = Path(path).parent.resolve() / Path(path).name
    below = place.relative_to(landing_dir).as_posix() if landing_dir in place.parents else path
    for name in (path, below):
        if name in names:
            return name
    raise UnknownFile(below, names)


def _faulty(connection: duckdb.DuckDBPyConnection) -> Iterator[_Entry]:
    for table in source_tables():
        files = set(
            connection.execute(f"select distinct file from {quarantine_name(table)}").fetchall()
        )
        for name, known in known_files(connection, table).items():
            if known.is_outside or (name,) in files:
                yield _Entry(table, name, known)


def _take_out(connection: duckdb.DuckDBPyConnection, entry: _Entry) -> Withdrawal:
    places = {raw_name(entry.table): "_file", quarantine_name(entry.table): "file"}
    counts = (
        connection.execute(f"delete from {place} where {column} = $name", {"name": entry.name})
        for place, column in places.items()
    )
    return Withdrawal(entry.name, *(count.fetchall()[0][0] for count in counts))


def _mark(connection: duckdb.DuckDBPyConnection, entries: list[_Entry], status: str) -> None:
    load_id, at = uuid.uuid4().hex, datetime.now(UTC).replace(tzinfo=None)
    for entry in entries:
        known = replace(entry.known, status=status, message=f"by {_user()}")
        add_line(connection, entry.table, entry.name, known, load_id, at)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that has no name
        return f"user {os.getuid()}"

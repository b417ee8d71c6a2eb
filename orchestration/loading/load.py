"""Loads what landed into the raw tables: each row once, or into quarantine with its reason."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from expectations.suite import Expectation
from expectations.validate import CheckResult, validate
from orchestration.contract import SourceTable
from orchestration.loading.batch import CHANGED, Batch, PendingFile, PlacedFile
from orchestration.loading.delivery import CANDIDATES, Delivery, LostRows
from orchestration.loading.findings import Findings, merged
from orchestration.loading.freshness import newest_event_at
from orchestration.loading.ledger import (
    KnownFile,
    RefusedRows,
    add_line,
    create_tables,
    drop_held_rows,
    known_files,
    last_delivery_at,
    raw_name,
    refused_rows,
)
from orchestration.loading.rules import positions
from orchestration.reading.examining import examine
from orchestration.reading.landing_zone import LandingFile, discover
from orchestration.reading.reading_room import ReadingRoom, reading_room
from orchestration.reading.scans import OTHER_NAMES
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits
from orchestration.system_errors import is_of_machine
from orchestration.text import printable
from orchestration.warehouse import transaction


class DayLoad(NamedTuple):
    """What one load took from the files of one landing date, in counts."""

    files_loaded: int
    rows_loaded: int
    rows_quarantined: int


@dataclass(frozen=True)
class LoadReport:
    """What one load of a table did, in counts.

    A message names each file that stays outside, because it cannot be read or because the gate
    holds it back. The checks are those of the rows that came, and those that found before what
    still stands. The last delivery, in UTC, is the newest that brought a row; the newest event is
    of all rows, and in quarantine is what stands there of all loads.
    """

    files_loaded: int
    files_refused: int
    rows_loaded: int
    rows_quarantined: int
    rows_total: int
    messages: tuple[str, ...]
    in_quarantine: tuple[RefusedRows, ...]
    checks: tuple[CheckResult, ...]
    last_delivery_at: datetime | None
    newest_event_at: datetime | None
    days: dict[date, DayLoad]


class HeldBack(Exception):
    """Rows that came fail a critical check; the message says which, with samples."""

    def __init__(self, failed: Sequence[CheckResult]) -> None:
        super().__init__("held back: " + "; ".join(map(str, failed)))


def _reason(file: LandingFile, error: Exception) -> str:
    """One sentence for what went wrong; DuckDB says in many ways that Parquet is broken."""
    if isinstance(error, PermissionError):
        return "the user who runs cx may not read the file; permit it"
    if isinstance(error, FileNotFoundError):
        return "the file vanished before it was read; run again"
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return "it needs more memory than there is; send it in parts, or raise CX_MEMORY_LIMIT"
    if file.format == "parquet" and isinstance(error, duckdb.Error):
        return "the file is not sound Parquet; write it again"
    return next(iter(str(error).splitlines()), type(error).__name__)


class Load:
    """One load of one table, under one load id."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: SourceTable,
        suite: Sequence[Expectation],
        days: Collection[date] | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Open an empty delivery to a table that a suite guards."""
        self.connection = connection
        self.table = table
        self.suite = suite
        self.days = days
        self.limits = limits or Limits()
        self.known = known_files(connection, table)
        self.load_id = uuid.uuid4().hex
        self.loaded_at = datetime.now(UTC).replace(tzinfo=None)
        self.delivery = Delivery(connection, table, self.load_id, self.loaded_at)
        self.findings = Findings(connection, table, suite)
        self.checks: list[CheckResult] = []

    def run(self, files: list[LandingFile]) -> None:
        """Load every file that is due; of chosen days, every file that is not withdrawn."""
        self._forget_missing({file.name for file in files})
        with reading_room(self.connection, self.limits) as room:
            read = self._read_all(self._batches(files, room))
        if sound := self._without_mostly_refused(read):
            self._accept(sound)

    def _batches(self, files: list[LandingFile], room: ReadingRoom) -> Iterator[list[PendingFile]]:
        """Files to read together, as many at once as the disk should hold unpacked."""
        placed: list[PlacedFile] = []
        for file in self._placed(files, room):
            placed.append(file)
            if room.is_full:
                yield from self._alike(placed, self.table.key)
                placed.clear()
                room.clear()
        yield from self._alike(placed, self.table.key)

    def _alike(
        self, files: Sequence[PlacedFile], key: Collection[str]
    ) -> Iterable[list[PendingFile]]:
        batches: dict[tuple[object, ...], list[PendingFile]] = defaultdict(list)
        for pending in self._pending(files, key):
            batches[pending.batch].append(pending)
        return batches.values()

    def _forget_missing(self, names: Collection[str]) -> None:
        """Warn no longer of files that stayed outside and were taken away since."""
        for name, known in self.known.items():
            if known.is_outside and name not in names:
                gone = replace(known, status="gone", message="taken out of the landing zone")
                drop_held_rows(self.connection, self.table, name)
                add_line(self.connection, self.table, name, gone, self.load_id, self.loaded_at)

    def _placed(self, files: list[LandingFile], room: ReadingRoom) -> Iterator[PlacedFile]:
        for file in filter(self._is_of_chosen_day, files):
            digest = ""
            try:
                state, digest = file.state(), file.digest()
                readable = room.place(file) if self._is_wanted(file, digest) else None
            except Exception as error:
                if is_of_machine(error):
                    raise
                self._refuse(file, digest, error)
            else:
                if readable:
                    yield PlacedFile(file, readable, state, digest, self._landing_date(file))

    def _pending(self, files: Sequence[PlacedFile], key: Collection[str]) -> Iterator[PendingFile]:
        readable = [placed.readable for placed in files]
        contents = examine(self.connection, readable, self.limits, key)
        for placed, content in zip(files, contents, strict=True):
            if isinstance(content, Exception):
                self._refuse(placed.file, placed.digest, content)
                continue
            try:
                positions(self.table, content.header)
            except UnreadableFile as error:
                self._refuse(placed.file, placed.digest, error)
            else:
                yield PendingFile(**vars(placed) | {"content": content})

    def _refuse(self, file: LandingFile, digest: str, error: Exception) -> None:
        self._leave_outside(file, digest, "refused", _reason(file, error))

    def _is_of_chosen_day(self, file: LandingFile) -> bool:
        return self.days is None or self._landing_date(file) in self.days

    def _is_wanted(self, file: LandingFile, digest: str) -> bool:
        known = self.known.get(file.name)
        if not known or known.is_due(digest):
            return True
        return self.days is not None and not known.is_withdrawn

    def _landing_date(self, file: LandingFile) -> date:
        known = self.known.get(file.name)
        return file.landing_date or (known.landing_date if known else self.loaded_at.date())

    def _read_all(self, batches: Iterable[list[PendingFile]]) -> list[PendingFile]:
        return [
            pending
            for batch in batches
            for pending in self._read(batch, is_staged=batch[0].content.is_doubtful)
        ]

    def _read(self, files: list[PendingFile], *, is_staged: bool = False) -> list[PendingFile]:
        """Read a batch, once more if names were presumed wrongly; halve it down to the bad file."""
        batch = Batch(self.connection, self.delivery, files, self.limits, is_staged)
        try:
            batch.read()
        except Exception as error:
            if is_of_machine(error):
                raise
            if files[0].content.is_presumed and OTHER_NAMES in str(error):
                return self._read_all(self._alike(files, key=()))
            middle = len(files) // 2
            if middle:
                return self._read(files[:middle]) + self._read(files[middle:])
            if batch.format != "parquet" and not is_staged:
                return self._read(files, is_staged=True)
            [bad] = files
            reason = CHANGED if bad.has_changed() else _reason(bad.file, error)
            self._leave_outside(bad.file, bad.digest, "refused", reason)
            return []
        return files

    def _without_mostly_refused(self, files: list[PendingFile]) -> list[PendingFile]:
        """Hold back each file with too many refused rows; raw keeps what it gave before."""
        refused = {
            bad.file: bad for bad in self.delivery.mostly_refused(self.limits.max_refused_share)
        }
        for pending in files:
            if bad := refused.get(pending.file.name):
                self._hold(pending, f"held back: {bad}")
        return [pending for pending in files if pending.file.name not in refused]

    def _accept(self, files: list[PendingFile]) -> None:
        """Accept what passes the gate; what fails is halved until the bad file stands alone."""
        is_compared = any(check.is_of_delivery for check in self.suite)
        names = [pending.file.name for pending in files]
        self.delivery.propose(names, is_compared=is_compared)
        try:
            self.delivery.accept(self.findings, self._audit())
        except (HeldBack, LostRows) as reason:
            middle = len(files) // 2
            if middle:
                self._accept(files[:middle])
                self._accept(files[middle:])
            else:
                [bad] = files
                self._hold(bad, str(reason))

    def _audit(self) -> list[CheckResult]:
        results = validate(self.connection, f"temp.{CANDIDATES}", self.suite) if self.suite else []
        self.checks = self.checks or results
        failed = [check for check in results if check.is_blocking]
        if failed:
            raise HeldBack(failed)
        return results

    def _hold(self, pending: PendingFile, reason: str) -> None:
        with transaction(self.connection):
            self._leave_outside(pending.file, pending.digest, "held", reason)
            self.delivery.hold(pending.file.name)

    def _leave_outside(self, file: LandingFile, digest: str, status: str, reason: str) -> None:
        """Note in the ledger that a file is not accepted; what it gave before stays."""
        drop_held_rows(self.connection, self.table, file.name)
        message = f"{printable(file.name)}: {reason}"
        outside = KnownFile(digest, self._landing_date(file), status, message)
        if self.known.get(file.name) != outside:
            add_line(self.connection, self.table, file.name, outside, self.load_id, self.loaded_at)

    def report(self) -> LoadReport:
        """Count what this load did, from the ledger."""
        rows = self.connection.execute(
            """
            select landing_date, count(*), sum(rows_loaded)::bigint, sum(rows_quarantined)::bigint
            from ledger.files where load_id = $load_id and status = 'loaded'
            group by landing_date order by landing_date
            """,
            {"load_id": self.load_id},
        ).fetchall()
        days = {day: DayLoad(*counts) for day, *counts in rows}
        total = self.connection.execute(f"select count(*) from {raw_name(self.table)}").fetchone()
        seen = known_files(self.connection, self.table).values()
        messages = tuple(known.message for known in seen if known.is_outside)
        return LoadReport(
            files_loaded=sum(day.files_loaded for day in days.values()),
            files_refused=len(messages),
            rows_loaded=sum(day.rows_loaded for day in days.values()),
            rows_quarantined=sum(day.rows_quarantined for day in days.values()),
            rows_total=total[0] if total else 0,
            messages=messages,
            in_quarantine=tuple(refused_rows(self.connection, self.table)),
            checks=tuple(merged(self.suite, self.checks, self.findings.standing(), self.load_id)),
            last_delivery_at=last_delivery_at(self.connection, self.table),
            newest_event_at=newest_event_at(self.connection, self.table),
            days=days,
        )


def load_table(
    connection: duckdb.DuckDBPyConnection,
    landing_dir: Path,
    table: SourceTable,
    suite: Sequence[Expectation] = (),
    days: Collection[date] | None = None,
    limits: Limits | None = None,
) -> LoadReport:
    """Bring a raw table up to date with the files that landed for it.

    A file that was loaded with the same content is skipped; one whose content changed replaces the
    rows it gave. One stays outside, leaves the others alone, and is tried again by the next load,
    that cannot be read, whose rows fail a critical check of the suite, or of which all rows, or
    more than a share in [0, 1], are refused. With `days`, the files of these landing dates are
    loaded again, changed or not, but for withdrawn ones; others wait.
    """
    return load_files(connection, discover(landing_dir, table), table, suite, days, limits)


def load_files(
    connection: duckdb.DuckDBPyConnection,
    files: list[LandingFile],
    table: SourceTable,
    suite: Sequence[Expectation] = (),
    days: Collection[date] | None = None,
    limits: Limits | None = None,
) -> LoadReport:
    """Bring a raw table up to date with these files, as `load_table` does."""
    create_tables(connection, table)
    load = Load(connection, table, suite, days, limits)
    load.run(files)
    return load.report()

"""Loads what landed into the raw tables: each row once, or into quarantine with its reason."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.archives import UnreadableFile, unpacked
from orchestration.batch import Batch, LostRows, PendingFile
from orchestration.checking import positions
from orchestration.contract import SourceTable
from orchestration.headers import read_header
from orchestration.landing import LandingFile, discover
from orchestration.ledger import KnownFile, add_line, create_tables, known_files, raw_name
from orchestration.reading import is_doubtful


@dataclass(frozen=True)
class LoadReport:
    """What one load of a table did, in counts; a message names each file that stays refused."""

    files_loaded: int
    files_refused: int
    rows_loaded: int
    rows_quarantined: int
    rows_total: int
    messages: tuple[str, ...]


def _reason(file: LandingFile, error: Exception) -> str:
    """One sentence for what went wrong; DuckDB says in many ways that Parquet is broken."""
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    is_machine = isinstance(error, duckdb.OutOfMemoryException) or "No space" in reason
    if file.format == "parquet" and isinstance(error, duckdb.Error) and not is_machine:
        return "the file is not sound Parquet; write it again"
    return reason


@dataclass(frozen=True)
class Load:
    """One load of one table, under one load id."""

    connection: duckdb.DuckDBPyConnection
    table: SourceTable
    known: dict[str, KnownFile]
    load_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    loaded_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))

    def run(self, files: list[LandingFile]) -> None:
        """Load every file that is new, has changed, was refused before, or was requeued."""
        with ExitStack() as stack:
            batches: dict[tuple[str, ...], list[PendingFile]] = defaultdict(list)
            for pending in self._pending(files, stack):
                batches[pending.batch].append(pending)
            for batch in batches.values():
                self._load(batch, is_staged=batch[0].is_doubtful)

    def _pending(self, files: list[LandingFile], stack: ExitStack) -> Iterator[PendingFile]:
        for file in files:
            digest = ""
            try:
                digest = file.digest()
                known = self.known.get(file.name)
                if not known or known.is_due(digest):
                    yield self._prepared(file, digest, stack)
            except (UnreadableFile, OSError, EOFError, duckdb.Error) as error:
                self._refuse(file, digest, error)

    def _prepared(self, file: LandingFile, digest: str, stack: ExitStack) -> PendingFile:
        readable = stack.enter_context(unpacked(file))
        doubtful = readable.format in ("csv", "jsonl") and is_doubtful(readable)
        header = read_header(self.connection, readable)
        positions(self.table, header)
        return PendingFile(file, readable, digest, self._landing_date(file), header, doubtful)

    def _landing_date(self, file: LandingFile) -> date:
        known = self.known.get(file.name)
        return file.landing_date or (known.landing_date if known else self.loaded_at.date())

    def _load(self, files: list[PendingFile], *, is_staged: bool = False) -> None:
        """Load a batch; one that fails is halved until the bad file stands alone."""
        batch = Batch(self.connection, self.table, files, self.load_id, self.loaded_at, is_staged)
        try:
            batch.load()
        except (duckdb.Error, LostRows) as error:
            middle = len(files) // 2
            if middle:
                self._load(files[:middle])
                self._load(files[middle:])
            elif batch.format != "parquet" and not is_staged:
                self._load(files, is_staged=True)
            else:
                self._refuse(files[0].file, files[0].digest, error)

    def _refuse(self, file: LandingFile, digest: str, error: Exception) -> None:
        """Note in the ledger that a file cannot be loaded; what it gave before stays."""
        message = f"{file.name}: {_reason(file, error)}"
        refused = KnownFile(digest, self._landing_date(file), "refused", message)
        if self.known.get(file.name) != refused:
            add_line(self.connection, self.table, file.name, refused, self.load_id, self.loaded_at)

    def report(self) -> LoadReport:
        """Count what this load did, from the ledger."""
        counts = self.connection.execute(
            """
            select count(*) filter (where status = 'loaded'), coalesce(sum(rows_loaded), 0)::bigint,
                coalesce(sum(rows_quarantined), 0)::bigint
            from ledger.files where load_id = $load_id
            """,
            {"load_id": self.load_id},
        ).fetchone() or (0, 0, 0)
        total = self.connection.execute(f"select count(*) from {raw_name(self.table)}").fetchone()
        seen = known_files(self.connection, self.table).values()
        messages = tuple(known.message for known in seen if known.is_refused)
        return LoadReport(
            files_loaded=counts[0],
            files_refused=len(messages),
            rows_loaded=counts[1],
            rows_quarantined=counts[2],
            rows_total=total[0] if total else 0,
            messages=messages,
        )


def load_table(
    connection: duckdb.DuckDBPyConnection, landing_dir: Path, table: SourceTable
) -> LoadReport:
    """Bring a raw table up to date with the files that landed for it.

    A file that was loaded with the same content is skipped; one whose content changed replaces the
    rows it gave; one that cannot be loaded is refused and leaves the others alone.
    """
    create_tables(connection, table)
    load = Load(connection, table, known_files(connection, table))
    load.run(discover(landing_dir, table))
    return load.report()

"""Reads files that share a header, in one statement, into the delivery that they are part of."""

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.loading.delivery import DeliveredFile, Delivery, LostRows
from orchestration.loading.rules import checked
from orchestration.reading.landing_zone import LandingFile
from orchestration.reading.reading_room import Readable
from orchestration.reading.row_counts import Examined
from orchestration.reading.scans import scan, stage
from orchestration.settings import Limits
from orchestration.warehouse import transaction

CHANGED = "the file changed or vanished while it was read; run again"
# Line of the first record; a Parquet file has no lines.
_FIRST_LINE = {"csv": 2, "jsonl": 1, "parquet": None}


@dataclass(frozen=True)
class PendingFile:
    """A file to load, where DuckDB reads it, and its state before its digest was taken."""

    file: LandingFile
    readable: Readable
    state: tuple[int, ...]
    digest: str
    landing_date: date
    header: tuple[str, ...]
    examined: Examined

    def has_changed(self) -> bool:
        """Whether the file is no longer the one of the digest."""
        return self.file.state() != self.state

    @property
    def path(self) -> str:
        """Path as DuckDB reports it."""
        return str(self.readable.path)

    @property
    def batch(self) -> tuple[str, ...]:
        """Files that agree on this are read in one statement.

        Types of Parquet may differ, and a doubtful CSV must be read alone.
        """
        is_alone = self.readable.format == "parquet" or self.examined.is_doubtful
        return (self.readable.format, *([self.file.name] if is_alone else []), *self.header)


@dataclass(frozen=True)
class Batch:
    """Files to read together.

    A staged batch is one text file whose rows DuckDB's reader cannot tell apart, or not without
    losing some: it is split into records first, and those that cannot be read go to quarantine.
    """

    connection: duckdb.DuckDBPyConnection
    delivery: Delivery
    files: list[PendingFile]
    limits: Limits
    is_staged: bool = False

    @property
    def format(self) -> str:
        """csv, jsonl or parquet."""
        return self.files[0].readable.format

    def read(self) -> None:
        """Add every row of the files to the delivery, typed and judged.

        Raises:
            duckdb.Error: a file cannot be read; nothing was added.
            LostRows: a file holds more or fewer rows, or changed meanwhile; nothing was added.
        """
        with transaction(self.connection):
            self._prove_read(self._add_rows())
            self._prove_unchanged()
        self._add_files()  # now that row ids are final; within the transaction they were not

    def _add_rows(self) -> int:
        """Read the rows, blank lines too; give their number."""
        header, files = self.files[0].header, [pending.readable for pending in self.files]
        if self.is_staged:
            stage(self.connection, files[0], self.limits)
        rows = scan(self.connection, files, header, is_staged=self.is_staged)
        is_line = self.format == "jsonl"
        return self.delivery.add_rows(checked(self.delivery.table, header, rows, is_line=is_line))

    def _add_files(self) -> None:
        self.delivery.add_files(
            [
                DeliveredFile(
                    pending.path,
                    pending.file.name,
                    pending.digest,
                    pending.landing_date,
                    pending.examined.rows,
                )
                for pending in self.files
            ],
            first_line=_FIRST_LINE[self.format],
        )

    def _prove_read(self, rows_read: int) -> None:
        """Compare with what the files hold by another count than that of DuckDB's readers."""
        if self.format == "jsonl":
            rows_read -= self.delivery.blank_lines(pending.path for pending in self.files)
        rows_in_files = sum(pending.examined.rows for pending in self.files)
        if rows_read != rows_in_files:
            raise LostRows(
                f"{rows_in_files:,} rows are in the file, but {rows_read:,} were read; send it anew"
            )

    def _prove_unchanged(self) -> None:
        """The ledger must not keep the digest of one content for the rows of another."""
        if any(pending.has_changed() for pending in self.files):
            raise LostRows(CHANGED)

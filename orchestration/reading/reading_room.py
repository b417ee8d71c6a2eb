"""Landing files where DuckDB reads them: unpacked, under numbers in a folder of our own.

DuckDB takes a path for a pattern (`a[1].csv` reads a1.csv) and its folders for columns
(`dt=2026-01-05/`), so it never sees a name that somebody else chose.
"""

import mmap
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb

from orchestration.reading.archives import unpack
from orchestration.reading.landing_zone import LandingFile
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits

# What may lie unpacked on the disk, but for the file that goes beyond it.
_ROOM_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Readable:
    """A plain file, in a folder whose name nothing else on the machine has.

    `format` is csv, jsonl or parquet.
    """

    path: Path
    format: str

    @property
    def pattern(self) -> str:
        """The path as DuckDB reads it: what would mean something stands for any character."""
        return as_pattern(self.path)

    def head(self, length: int) -> bytes:
        """The beginning of the file."""
        with self.path.open("rb") as file:
            return file.read(length)

    @contextmanager
    def mapped(self) -> Iterator[mmap.mmap | bytes]:
        """Give the content as one read-only string of bytes."""
        with self.path.open("rb") as file:
            if not self.path.stat().st_size:
                yield b""
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                yield content


def as_pattern(path: Path) -> str:
    """A path as a pattern of DuckDB that only this path fits, if a folder in it is unique."""
    return re.sub(r"[\\*?\[]", "?", str(path))


class ReadingRoom:
    """The folder in which files get their numbers."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Begin with an empty folder."""
        self._folder = folder
        self._limits = limits
        self._numbers = count()
        self._unpacked_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether what lies here should be read, and cleared, before more comes."""
        return self._unpacked_bytes > _ROOM_BYTES

    def place(self, file: LandingFile) -> Readable:
        """Link or unpack a file under the next number.

        Raises:
            UnreadableFile: no reader takes such a file, or its archive is broken or too large.
        """
        if not file.is_named_in_text:
            raise UnreadableFile("the name is not UTF-8; rename the file")
        if not file.format:
            raise UnreadableFile("the name must end in .csv, .jsonl or .parquet, then .gz or .zst")
        readable = Readable(self._folder / f"{next(self._numbers)}.{file.format}", file.format)
        if file.compression:
            self._unpacked_bytes += unpack(file, readable.path, self._limits)
        else:
            readable.path.symlink_to(file.path)
        return readable

    def clear(self) -> None:
        """Remove what was read."""
        for path in self._folder.iterdir():
            path.unlink()
        self._unpacked_bytes = 0


@contextmanager
def reading_room(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[ReadingRoom]:
    """Open a room on the disk of the warehouse, which must have space for the rows as well."""
    [(temp,)] = connection.execute("select current_setting('temp_directory')").fetchall()
    beside = Path(temp)
    parent = beside.parent if beside.is_absolute() else None
    prefix = f"{beside.stem}.reading-"
    for leftover in parent.glob(f"{prefix}*") if parent else ():  # of a run that was killed
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent) as folder:
        yield ReadingRoom(Path(folder), limits)

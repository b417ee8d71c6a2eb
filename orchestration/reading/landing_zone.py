"""The landing zone: which files lie there, and what their paths say."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.contract import SourceTable

_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_FORMAT = re.compile(r"\.(csv|jsonl|parquet)(?:\.(gz|zst))?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class LandingFile:
    r"""A file of the landing zone.

    `name` is its path below the zone, with forward slashes; bytes that are no UTF-8 stand in it as
    their codes, such as `caf\xe9.csv`.
    """

    path: Path
    name: str

    @property
    def is_named_in_text(self) -> bool:
        """Whether the path is UTF-8; a database keeps no other text."""
        try:
            str(self.path).encode()
        except UnicodeEncodeError:
            return False
        return True

    @property
    def format(self) -> str | None:
        """csv, jsonl or parquet; None when the extension says none of them."""
        match = _FORMAT.search(self.name)
        return match[1].lower() if match else None

    @property
    def compression(self) -> str | None:
        """gz, zst or None."""
        match = _FORMAT.search(self.name)
        return match[2].lower() if match and match[2] else None

    @property
    def landing_date(self) -> date | None:
        """The first ISO date in the path below `<source>/<table>`."""
        below_table = self.name.split("/", 2)[2]
        for text in _DATE.findall(below_table):
            try:
                return date.fromisoformat(text)
            except ValueError:
                continue
        return None

    def digest(self) -> str:
        """SHA-256 of the content, in hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def state(self) -> tuple[int, ...]:
        """What is another whenever the file was written to or replaced; empty once it is gone."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def discover(landing_dir: Path, table: SourceTable) -> list[LandingFile]:
    """Files that landed for a table, by name; a link that leads out of the zone is not one."""
    folder = landing_dir / table.source / table.name
    return [
        landed(landing_dir, path)
        for path in sorted(files_below(folder))
        if path.resolve().is_relative_to(landing_dir)
    ]


def landed(landing_dir: Path, path: Path) -> LandingFile:
    """The file at a path in the landing zone."""
    below = os.fsencode(path.relative_to(landing_dir).as_posix())
    return LandingFile(path, below.decode(errors="backslashreplace"))


def is_hidden(name: str) -> bool:
    """Whether a name says that it is not meant for the warehouse, as of what is still written.

    As in Spark, a folder such as `_day=1` is none of those.
    """
    return name.startswith(".") or (name.startswith("_") and "=" not in name)


def files_below(folder: Path) -> Iterator[Path]:
    """Files in a folder and its folders that are not hidden; none where there is no such folder.

    Raises:
        PermissionError: a folder may not be read; what lies in it would be passed over.
    """
    for place, folders, names in os.walk(folder, onerror=_raise_unless_gone):
        folders[:] = [name for name in folders if not is_hidden(name)]
        shown = (Path(place, name) for name in names if not is_hidden(name))
        yield from (path for path in shown if path.is_file())


def _raise_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error

"""The landing zone: which files lie there, and what their paths say."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.contract import SourceTable, source_tables

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMAT = re.compile(r"\.(csv|jsonl|parquet)(?:\.(gz|zst))?$", re.IGNORECASE)


@dataclass(frozen=True)
class LandingFile:
    """A file of the landing zone; `name` is its path below the zone, with forward slashes."""

    path: Path
    name: str

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
        LandingFile(path, path.relative_to(landing_dir).as_posix())
        for path in sorted(files_below(folder))
        if not path.name.startswith((".", "_")) and path.resolve().is_relative_to(landing_dir)
    ]


def files_below(folder: Path) -> Iterator[Path]:
    """Files in a folder and its folders; none where there is no such folder.

    Raises:
        PermissionError: a folder may not be read; what lies in it would be passed over.
    """
    for place, _, names in os.walk(folder, onerror=_raise_unless_gone):
        yield from (path for name in names if (path := Path(place, name)).is_file())


def _raise_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def unknown_folders(landing_dir: Path) -> list[str]:
    """Folders of the landing zone that no table of the contract reads, such as a misspelt one."""
    known = {f"{table.source}/{table.name}" for table in source_tables()}
    folders = (path for path in landing_dir.glob("*/*") if path.is_dir())
    names = (path.relative_to(landing_dir).as_posix() for path in folders)
    return sorted(name for name in names if name not in known)

"""What lies in the landing zone and is not read: one sentence each, with the reason."""

import os
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from orchestration.contract import source_tables
from orchestration.reading.landing_zone import is_hidden, landed
from orchestration.text import printable


def overlooked(landing_dir: Path) -> list[str]:
    """Say what no table of the contract reads, such as a misspelt folder or a link out of the zone.

    Folders without files, and names that begin with `.` or `_`, are left out. So is what lies
    beside the sources, such as a README, unless it is in a format of data.
    """
    tables = {f"{table.source}/{table.name}" for table in source_tables()}
    found = (_why_not_read(landing_dir, path, tables) for path in _entries(landing_dir))
    return list(dict.fromkeys(sentence for sentence in found if sentence))


def _entries(landing_dir: Path) -> Iterator[Path]:
    """Files, and links to folders, in the order of their names; hidden ones are not among them."""
    for place, folders, names in os.walk(landing_dir):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        links = [name for name in folders if (here / name).is_symlink()]
        yield from (here / name for name in sorted([*links, *names]) if not is_hidden(name))


def _table(landing_dir: Path, path: Path) -> str:
    """`<source>/<table>` of a path, or as much of it as there is above the path."""
    return "/".join(path.relative_to(landing_dir).parts[:-1][:2])


def _why_not_read(landing_dir: Path, path: Path, tables: set[str]) -> str | None:
    file = landed(landing_dir, path)
    depth, table = file.name.count("/"), _table(landing_dir, path)
    if path.is_symlink():
        return _why_no_link_is_read(landing_dir, path, file.name, tables)
    if depth == 0:
        return _sentence("file", file.name, _LOOSE) if file.format else None
    if depth == 1:
        return _sentence("file", file.name, _LOOSE)
    if table not in tables:
        close = get_close_matches(table.lower(), tables, n=1, cutoff=0.8)
        meant = f"; did you mean {close[0]}?" if close else "."
        return _sentence("folder", table, f"no source has such a table{meant}")
    if not stat.S_ISREG(path.lstat().st_mode):
        return _sentence("file", file.name, "it is no regular file.")
    return None


_LOOSE = "files are read from <source>/<table>/."


def _why_no_link_is_read(landing_dir: Path, path: Path, name: str, tables: set[str]) -> str | None:
    """A link counts as what it leads to, if that lies in the zone; none is followed in a table."""
    kind = "folder" if path.is_dir() else "file"
    if not path.resolve().is_relative_to(landing_dir) or not path.exists():
        return _sentence(kind, name, "it is a link that leads out of it, or to nothing.")
    is_read = (
        any(f"{table}/".startswith(f"{name}/") for table in tables)
        if kind == "folder"
        else _table(landing_dir, path) in tables
    )
    return None if is_read else _sentence(kind, name, "it is a link; put there what it leads to.")


def _sentence(kind: str, name: str, reason: str) -> str:
    return f"Nothing reads the {kind} {printable(name)} of the landing zone: {reason}"

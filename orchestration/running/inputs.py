"""What decides the outcome of a run, as one digest: landing zone, code, settings and packages."""

import hashlib
import os
import sys
import sysconfig
from collections.abc import Collection, Iterator
from pathlib import Path
from stat import S_ISDIR

from orchestration.settings import PROJECT_ROOT, Settings

_CODE = ("orchestration", "expectations", "dbt_project", "seeds")
# What tools leave in the folders of code.
_LEFT = {"__pycache__", "target", "logs"}


def digest(settings: Settings) -> str:
    """SHA-256 in hex of all that a run reads, but for the content of landing files.

    That would take longer than a run should; a file that was written to has another time or size,
    and its time of change is set by the system only.
    """
    content = hashlib.sha256(settings.model_dump_json().encode())
    for part in (_landed(settings.landing_dir), _code(), _packages()):
        for line in part:
            content.update(line + b"\0")
        content.update(b"\0")
    return content.hexdigest()


def _landed(landing_dir: Path) -> Iterator[bytes]:
    """Every name below the landing zone, of files with the state of what they lead to."""
    for path in _below(landing_dir):
        yield os.fsencode(path) + repr(_state(path)).encode()


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:  # a link that leads nowhere or to itself, or a folder that may not be entered
        return ()
    if S_ISDIR(found.st_mode):
        return (0,)
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _code() -> Iterator[bytes]:
    for part in _CODE:
        for path in _below(PROJECT_ROOT / part, but=_LEFT):
            if path.is_file():
                yield os.fsencode(path) + hashlib.sha256(path.read_bytes()).digest()


def _packages() -> Iterator[bytes]:
    """The names of installed packages with their versions, and the version of Python."""
    yield sys.version.encode()
    site_packages = Path(sysconfig.get_path("purelib"))
    yield from sorted(os.fsencode(path.name) for path in site_packages.glob("*.dist-info"))


def _below(folder: Path, but: Collection[str] = ()) -> Iterator[Path]:
    """Files and folders below a folder, in an order of their own, but for folders of some names."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders).difference(but))
        yield from (Path(place, name) for name in (*folders, *sorted(files)))

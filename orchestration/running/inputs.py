"""What decides the outcome of a run, as one digest: landing zone, code, settings and packages."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR

from orchestration.code_state import below, code_digest
from orchestration.settings import Settings
from orchestration.warehouse import place


def digest(settings: Settings) -> str:
    """SHA-256 in hex of all that a run reads, but for the content of landing files.

    That would take longer than a run should; a file that was written to has another time or size,
    and its time of change is set by the system only.
    """
    said = settings.model_dump_json() + place(settings) + code_digest()
    content = hashlib.sha256(said.encode())
    for line in _landed(settings.landing_dir):
        content.update(line + b"\0")
    return content.hexdigest()


def _landed(landing_dir: Path) -> Iterator[bytes]:
    """Every name below the landing zone, of files with the state of what they lead to."""
    for path in below(landing_dir):
        yield os.fsencode(path) + repr(_state(path)).encode()


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:  # a link that leads nowhere or to itself, or a folder that may not be entered
        return ()
    if S_ISDIR(found.st_mode):
        return (0,)
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

"""What the system refuses, such as room or permission: a sentence with what to do about it."""

import errno
import re
from pathlib import Path

import duckdb

from orchestration.settings import Settings
from orchestration.text import printable

_CLASS_NAME = re.compile(r"^((\w+\.)+\w+|(IO )?\w*Error): ")
_NAMED = re.compile(r"[\"'](/[^\"']+)[\"']")
_ERROR_NUMBER = re.compile(r"^\[Errno \d+\] ")
_ADVICE_OF_DUCKDB = re.compile(r"[.:]? *Possible solutions:.*", re.DOTALL)

_DAMAGED = (
    r"Corrupt database file|not a valid DuckDB database file|replaying WAL"
    r'|Could not read (enough bytes )?from file "[^"]*\.duckdb"'
)
_NO_MEMORY = (
    "Out of Memory|Cannot allocate memory"
    "|Failed to commit: (failed to|could not) (pin|allocate|offload)"
)
_REMEDIES = {
    r"could not extend file": "Make room on the disk of that PostgreSQL, then run again.",
    r"No space left|disk is full|disk I/O error": (
        "Make room on the disk that holds {folder}, then run again."
    ),
    r"Permission denied|Read-only file system|readonly database|not permitted": (
        "Let the user who runs cx read {landing} and write to {folder}, then run again."
    ),
    _DAMAGED: (
        "Put a backup of {warehouse} in its place, or move it away: the next `cx run` then builds "
        "all anew from what is in {landing}; what was withdrawn is to be withdrawn again."
    ),
    r"file is not a database|disk image is malformed": (
        "Move {home}/dagster away, which holds the history of runs and no data, then run again."
    ),
    r"Unable to connect to Postgres": (
        "Look at CX_DUCKLAKE_CATALOG and at the PostgreSQL that it names, then run again."
    ),
    _NO_MEMORY: (
        "Raise CX_MEMORY_LIMIT (now {memory}) or lower CX_THREADS (now {threads}), then run again."
    ),
}


def is_of_machine(error: Exception) -> bool:
    """Whether the disk is full or the warehouse file is damaged, so that no file is to blame."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    is_ours = isinstance(error, duckdb.OperationalError)
    return is_ours and bool(re.search(f"No space left|{_DAMAGED}", str(error)))


def is_of_memory(reason: str) -> bool:
    """Whether an error says that there was no memory left."""
    return bool(re.search(_NO_MEMORY, reason))


def with_remedy(reason: str, settings: Settings) -> str:
    """The reason of an error without the names of classes, and what to do where that is known."""
    said = _ERROR_NUMBER.sub("", _CLASS_NAME.sub("", reason))
    said = _ADVICE_OF_DUCKDB.sub("", said).strip()
    for pattern, remedy in _REMEDIES.items():
        if re.search(pattern, said):
            place = remedy.format(
                home=settings.home_dir,
                folder=_folder(said, settings),
                warehouse=settings.warehouse_file,
                landing=settings.landing_dir,
                memory=settings.memory_limit,
                threads=settings.threads,
            )
            return f"{said.rstrip('.')}. {place}"
    return said


def _folder(said: str, settings: Settings) -> Path:
    """The home, or the folder outside of home and landing zone that an error names."""
    ours = (settings.home_dir, settings.landing_dir)
    named = _NAMED.search(said)
    if not named or any(Path(named[1]).is_relative_to(place) for place in ours):
        return settings.home_dir
    return Path(named[1]).parent


def sentence(error: BaseException, settings: Settings) -> str:
    """What is at the root of an error, and what to do where that is known."""
    while error.__cause__:
        error = error.__cause__
    first_line = next(iter(str(error).splitlines()), type(error).__name__)
    return printable(with_remedy(first_line, settings))

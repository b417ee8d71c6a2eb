"""Who may read what the warehouse makes: its owner alone, but for what is published."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from orchestration.settings import Settings

_OTHERS = 0o077


class _Modes(NamedTuple):
    """What others than the owner may do with folders and files that are published."""

    folder: int
    file: int
    way_there: int


_MODES = {
    "owner": _Modes(0, 0, 0),
    "group": _Modes(0o050, 0o040, 0o010),
    "all": _Modes(0o055, 0o044, 0o011),
}


def keep_private() -> None:
    """Make what this process and its children write readable by its owner only."""
    os.umask(_OTHERS)


def protect(settings: Settings) -> None:
    """Close a home to others, and open to the readers of `CX_PUBLISHED_TO` what is published."""
    for path in _private(settings):
        _grant(path, 0)
    _grant(settings.home_dir, _MODES[settings.published_to].way_there)
    if settings.published_dir.is_dir():
        share(settings.published_dir, settings)


def share(folder: Path, settings: Settings) -> None:
    """Let the readers of `CX_PUBLISHED_TO` read a folder and all in it; its files hold still."""
    modes = _MODES[settings.published_to]
    for place, _, files in os.walk(folder):
        _grant(Path(place), modes.folder)
        for path in map(Path(place).joinpath, files):
            if not path.is_symlink():
                _grant(path, modes.file, owner=stat.S_IRUSR)


def _private(settings: Settings) -> Iterator[Path]:
    """What a home holds of ours; somebody may have put files of theirs beside it."""
    for pattern in (
        f"{settings.warehouse_file.name}*",
        "lake",
        "run.lock",
        "logs",
        "dagster",
        "landing",
        "project",
    ):
        yield from (path for path in settings.home_dir.glob(pattern) if not path.is_symlink())


def _grant(path: Path, others: int, owner: int = stat.S_IRWXU) -> None:
    """Set what others may do, and leave the owner those of the given rights that he has."""
    with suppress(PermissionError):  # what belongs to another user is theirs to protect
        before = stat.S_IMODE(path.stat().st_mode)
        after = before & ~(0o777 & ~owner) | others
        if after != before:
            path.chmod(after)

"""Points readers at a publish, atomically, and back at the one before."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from orchestration.publishing.published import (
    FILE_NAME,
    ID_FORMAT,
    REPORT_NAME,
    current_id,
    described,
    publishes,
)
from orchestration.settings import Settings

KEPT_PUBLISHES = 5
BUILDING = ".building-"

_SWAPPING = ".swapping-"


class NoOlderPublish(RuntimeError):
    """There is nothing to go back to; the message says what to do instead."""


def roll_back(settings: Settings) -> Path:
    """Give readers the publish before the one they see, and return its folder.

    Raises:
        NoOlderPublish: no older publish is kept.
    """
    published = settings.published_dir
    current = current_id(published) or (published / "latest").resolve().name
    kept = (folder for folder in publishes(published) if folder.name < current)
    older = [folder for folder in kept if described(folder / FILE_NAME)]
    if not older:
        raise NoOlderPublish(
            f"There is no older publish in {published} to go back to: "
            "mend the data or the models, and publish anew with `cx run`."
        )
    remove_leftovers(published)
    swap(older[-1])
    return older[-1]


def remove_leftovers(published_dir: Path) -> None:
    """Clear away what a crash left behind."""
    for leftover in published_dir.glob(f"{BUILDING}*"):
        shutil.rmtree(leftover)
    for leftover in published_dir.glob(f"{_SWAPPING}*"):
        leftover.unlink()


def swap(folder: Path) -> None:
    """Point readers at a finished publish; who holds the file before it open keeps that one."""
    published = folder.parent
    if not (folder / REPORT_NAME).exists():  # one of other figures must not stand beside them
        _set_aside(published / REPORT_NAME)
        (published / REPORT_NAME).unlink(missing_ok=True)
    swapping = published / f"{_SWAPPING}{FILE_NAME}"
    os.link(folder / FILE_NAME, swapping)
    _replace(swapping, published / FILE_NAME)
    _link(published / "latest", folder.name)
    link_report(folder)
    (published / "report.html").unlink(missing_ok=True)  # of before the report was a folder


def link_report(folder: Path) -> None:
    """Give readers the report of the latest publish, if it has one; it is swapped with that."""
    if (folder / REPORT_NAME).exists():
        _link(folder.parent / REPORT_NAME, f"latest/{REPORT_NAME}")


def _link(place: Path, target: str) -> None:
    swapping = place.with_name(f"{_SWAPPING}{place.name}")
    swapping.symlink_to(target)
    _replace(swapping, place)


def _replace(swapping: Path, place: Path) -> None:
    _set_aside(place)
    swapping.replace(place)


def _set_aside(place: Path) -> None:
    """Move a folder out of the way, as a copy without links leaves one there."""
    if place.is_dir() and not place.is_symlink():
        place.rename(f"{place}.set-aside-{datetime.now(UTC):{ID_FORMAT}}")


def prune(published_dir: Path) -> None:
    """Remove all but the newest publishes."""
    for folder in publishes(published_dir)[:-KEPT_PUBLISHES]:
        shutil.rmtree(folder)

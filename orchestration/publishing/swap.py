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
    if not (folder / REPORT_NAME).exists():  # one of other figures must not stand beside them
        (folder.parent / REPORT_NAME).unlink(missing_ok=True)
    for file in (FILE_NAME, REPORT_NAME):
        if (folder / file).exists():
            point_at(folder / file)
    latest = folder.parent / f"{_SWAPPING}latest"
    latest.symlink_to(folder.name)
    _replace(latest, folder.parent / "latest")


def point_at(file: Path) -> None:
    """Give readers this file of a publish, in the published folder under the same name."""
    published = file.parent.parent
    swapping = published / f"{_SWAPPING}{file.name}"
    os.link(file, swapping)
    _replace(swapping, published / file.name)


def _replace(swapping: Path, place: Path) -> None:
    """Swap in; a folder in the place, as a copy without links leaves there, is set aside."""
    if place.is_dir() and not place.is_symlink():
        place.rename(f"{place}.set-aside-{datetime.now(UTC):{ID_FORMAT}}")
    swapping.replace(place)


def prune(published_dir: Path) -> None:
    """Remove all but the newest publishes."""
    for folder in publishes(published_dir)[:-KEPT_PUBLISHES]:
        shutil.rmtree(folder)

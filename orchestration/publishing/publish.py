"""Publishes the marts: a folder is built and verified aside, then swapped in atomically."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from orchestration.code_state import own_digest
from orchestration.loading.freshness import source_states
from orchestration.permissions import share
from orchestration.publishing.marts_file import copy_marts, new_file, verify, write_parquet
from orchestration.publishing.published import (
    FILE_NAME,
    ID_FORMAT,
    SCHEMA,
    instant_of,
    publishes,
)
from orchestration.publishing.quality_tables import CheckedTable, write_quality_tables
from orchestration.publishing.swap import BUILDING, prune, remove_leftovers, swap
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect, forget_before


@dataclass(frozen=True)
class Publication:
    """A publish: its id, its folder, and the rows of each table."""

    publish_id: str
    folder: Path
    rows: dict[str, int]


def publish(
    settings: Settings,
    checks: Sequence[CheckedTable] = (),
    complete: Callable[[Path], None] = lambda building: None,
) -> Publication:
    """Publish every table of the warehouse's marts schema; a failure changes nothing for readers.

    Args:
        settings: whose marts they are.
        checks: what the checks of the last runs found, which is published beside them.
        complete: adds what else belongs to the publish to its folder, before readers see any of it.

    Raises:
        PublishError: there are no marts, or a table did not arrive whole.
    """
    published_at = datetime.now(UTC).replace(tzinfo=None)
    publish_id = _next_id(settings.published_dir, published_at)
    folder = settings.published_dir / publish_id
    if kept := publishes(settings.published_dir):
        forget_before(settings, instant_of(kept[0].name))
    with connect(settings, read_only=True) as warehouse:
        sources = source_states(warehouse)
    remove_leftovers(settings.published_dir)
    with _building_folder(folder) as building:
        with new_file(settings, building / FILE_NAME) as connection:
            rows = copy_marts(connection)
            about = (publish_id, published_at, code_version(), own_version(settings))
            about_them = write_quality_tables(connection, SCHEMA, about, sources, checks)
            write_parquet(connection, building)
        verify(building, rows | about_them)
        complete(building)
        share(settings.published_dir, settings)
        building.rename(folder)
    swap(folder)
    prune(settings.published_dir)
    return Publication(publish_id, folder, rows)


def _next_id(published_dir: Path, published_at: datetime) -> str:
    """An id by the clock, or just after the last one where the clock was put back since."""
    last = max(publishes(published_dir), default=None)
    if last and last.name >= published_at.strftime(ID_FORMAT):
        published_at = instant_of(last.name) + timedelta(microseconds=1)
    return published_at.strftime(ID_FORMAT)


@contextmanager
def _building_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder to build in, which does not stay."""
    building = folder.parent / f"{BUILDING}{folder.name}"
    building.mkdir(parents=True)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def code_version() -> str:
    """The commit of the source tree, marked when it has changes; else the package's version."""
    return _commit(PROJECT_ROOT) or version("cx-warehouse")


def own_version(settings: Settings) -> str | None:
    """The commit of an own folder that is a repository; else a digest; None without a folder."""
    if not (own := settings.own):
        return None
    return (_commit(own) if (own / ".git").exists() else "") or own_digest(own)[:12]


def _commit(folder: Path) -> str:
    """The commit of a folder; empty where it is not in a repository."""
    # Of another user's repository git says nothing, lest it run what stands there; cx runs it.
    git = ["git", "-c", f"safe.directory={folder.resolve()}"]
    describe = [*git, "describe", "--always", "--dirty", "--abbrev=12"]
    with suppress(OSError, subprocess.CalledProcessError):
        found = subprocess.run(describe, cwd=folder, capture_output=True, text=True, check=True)
        return found.stdout.strip()
    return ""

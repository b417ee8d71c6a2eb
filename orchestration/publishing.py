"""Publishes the marts: a folder is built and verified aside, then swapped in atomically."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestration.ledger import identifier
from orchestration.permissions import share
from orchestration.sources import source_states
from orchestration.trust import CheckedTable, write_trust_tables
from orchestration.warehouse import PROJECT_ROOT, Settings, connect

FILE_NAME = "cx.duckdb"
REPORT_NAME = "report.html"
SCHEMA = "marts"
KEPT_PUBLISHES = 5

_BUILDING = ".building-"
_SWAPPING = ".swapping-"
_ID = "%Y%m%dT%H%M%S%fZ"


class PublishError(RuntimeError):
    """The marts cannot be published, or what was built differs from them."""


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
    with connect(settings, read_only=True) as warehouse:
        sources = source_states(warehouse)
    _remove_leftovers(settings.published_dir)
    with _building_folder(folder) as building:
        with _open(settings, building / FILE_NAME) as connection:
            rows = _copy_marts(connection)
            about = (publish_id, published_at, code_version())
            trust = write_trust_tables(connection, SCHEMA, about, sources, checks)
            _write_parquet(connection, building)
        _verify(building, rows | trust)
        complete(building)
        share(settings.published_dir, settings)
        building.rename(folder)
    _swap(folder)
    _prune(settings.published_dir)
    return Publication(publish_id, folder, rows)


def roll_back(settings: Settings) -> Path:
    """Give readers the publish before the one they see, and return its folder.

    Raises:
        PublishError: no older publish is kept.
    """
    published = settings.published_dir
    current = current_id(published) or (published / "latest").resolve().name
    kept = (folder for folder in publishes(published) if folder.name < current)
    older = [folder for folder in kept if described(folder / FILE_NAME)]
    if not older:
        raise PublishError(
            f"There is no older publish in {published} to go back to: "
            "mend the data or the models, and publish anew with `cx run`."
        )
    _remove_leftovers(published)
    _swap(older[-1])
    return older[-1]


def current_id(published_dir: Path) -> str | None:
    """Id of the publish that readers see; None before the first, and where it cannot be read."""
    description = described(published_dir / FILE_NAME)
    return description.publish_id if description else None


def damage(published_dir: Path) -> str | None:
    """What to do where readers cannot read what is published; None where all is well."""
    file = published_dir / FILE_NAME
    if described(file) or not file.exists():
        return None
    return f"{file} cannot be read; the warehouse is another file, and `cx run` publishes anew."


class Description(NamedTuple):
    """Which publish it is, and the code that built it."""

    publish_id: str
    code_version: str


def described(file: Path) -> Description | None:
    """What a published file tells of itself; None where there is none that can be read."""
    query = f"select any_value(publish_id), any_value(code_version) from {SCHEMA}.publish_info"
    try:
        with duckdb.connect(file, read_only=True) as connection:
            [row] = connection.execute(query).fetchall()
    except duckdb.Error:
        return None
    return Description(*row)


def _next_id(published_dir: Path, published_at: datetime) -> str:
    """An id by the clock, or just after the last one where the clock was put back since."""
    last = max(publishes(published_dir), default=None)
    if last and last.name >= published_at.strftime(_ID):
        published_at = datetime.strptime(last.name, _ID) + timedelta(microseconds=1)
    return published_at.strftime(_ID)


def _remove_leftovers(published_dir: Path) -> None:
    """Clear away what a crash left behind."""
    for leftover in published_dir.glob(f"{_BUILDING}*"):
        shutil.rmtree(leftover)
    for leftover in published_dir.glob(f"{_SWAPPING}*"):
        leftover.unlink()


@contextmanager
def _building_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder to build in, which does not stay."""
    building = folder.parent / f"{_BUILDING}{folder.name}"
    building.mkdir(parents=True)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextmanager
def _open(settings: Settings, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new file to publish, with the warehouse attached read-only."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
    }
    with duckdb.connect(file, config=config) as connection:
        warehouse = _literal(str(settings.warehouse_file))
        connection.execute(f"attach {warehouse} as warehouse (read_only)")
        connection.execute(f"create schema {SCHEMA}")
        yield connection


def _copy_marts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Copy every mart with its comments, and return the rows that each has in the warehouse."""
    rows = {}
    for table, comment in _marts(connection):
        source = identifier("warehouse", SCHEMA, table)
        connection.execute(f"create table {identifier(SCHEMA, table)} as from {source}")
        _comment(connection, f"table {identifier(SCHEMA, table)}", comment)
        rows[table] = _count(connection, source)
    if not rows:
        raise PublishError("The warehouse has no marts to publish; run `cx run` first.")
    for table, column, comment in _column_comments(connection):
        _comment(connection, f"column {identifier(SCHEMA, table, column)}", comment)
    return rows


def _marts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None]]:
    return connection.execute(
        """
        select table_name, comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name = $schema
        union all
        select view_name, comment from duckdb_views()
        where database_name = 'warehouse' and schema_name = $schema
        order by 1
        """,
        {"schema": SCHEMA},
    ).fetchall()


def _column_comments(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        """
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'warehouse' and schema_name = $schema and comment is not null
        """,
        {"schema": SCHEMA},
    ).fetchall()


def code_version() -> str:
    """The commit of the source tree, marked when it has changes; else the package's version."""
    describe = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        found = subprocess.run(
            describe, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return version("cx-warehouse")
    return found.stdout.strip()


def _write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for table in _tables(connection):
        relation = connection.sql(f"from {identifier(SCHEMA, table)}")
        relation.write_parquet(str(folder / f"{table}.parquet"), compression="zstd")


def _verify(folder: Path, rows: dict[str, int]) -> None:
    """Open what was built as a reader would, and compare it with what the warehouse holds."""
    with duckdb.connect(folder / FILE_NAME, read_only=True) as connection:
        in_file = {t: _count(connection, identifier(SCHEMA, t)) for t in _tables(connection)}
        in_parquet = {
            path.stem: _count(connection, f"read_parquet({_literal(str(path))})")
            for path in folder.glob("*.parquet")
        }
    for name, found in ((FILE_NAME, in_file), ("the Parquet files", in_parquet)):
        if found != rows:
            raise PublishError(f"Rows in {name} differ from the warehouse: {found} != {rows}.")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    return sorted(table for (table,) in rows)


def _swap(folder: Path) -> None:
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
        place.rename(f"{place}.set-aside-{datetime.now(UTC):{_ID}}")
    swapping.replace(place)


def publishes(published_dir: Path) -> list[Path]:
    """Folders of the kept publishes, oldest first."""
    return sorted(path.parent for path in published_dir.glob(f"*Z/{FILE_NAME}"))


def _prune(published_dir: Path) -> None:
    for folder in publishes(published_dir)[:-KEPT_PUBLISHES]:
        shutil.rmtree(folder)


def _comment(connection: duckdb.DuckDBPyConnection, target: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {target} is {_literal(comment)}")


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    row = connection.execute(f"select count(*) from {source}").fetchone()
    return int(row[0]) if row else 0


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

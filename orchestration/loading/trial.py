"""What would be loaded of a file: loaded for once beside the warehouse, which learns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.contract import SourceTable
from orchestration.loading.load import LoadReport, load_files
from orchestration.reading.examining import examine
from orchestration.reading.landing_zone import LandingFile
from orchestration.reading.reading_room import reading_room
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits, Settings
from orchestration.warehouse import connect


@dataclass(frozen=True)
class Trial:
    """How a load of one file ended, with the tables that it filled.

    Unknown columns have the contract's column that may be meant, or none; lacking ones are of the
    contract, and not in the file.
    """

    connection: duckdb.DuckDBPyConnection
    report: LoadReport
    unknown: dict[str, str]
    lacking: tuple[str, ...]


@contextmanager
def trial(file: Path, table: SourceTable, limits: Limits) -> Iterator[Trial]:
    """Load a file into an empty warehouse, which is gone afterwards."""
    landed = LandingFile(file.resolve(), f"{table.source}/{table.name}/{file.name}")
    with (
        TemporaryDirectory(prefix="cx-check-") as folder,
        connect(Settings(home=Path(folder), target="duckdb")) as connection,
    ):
        header = _header(connection, landed, limits)
        report = load_files(connection, [landed], table, limits=limits)
        named = {column.name.lower(): column.name for column in table.columns}
        lacking = [name for low, name in named.items() if low not in map(str.lower, header)]
        unknown = {name: _near(name, lacking) for name in header if name.lower() not in named}
        yield Trial(connection, report, unknown, tuple(lacking))


def _header(
    connection: duckdb.DuckDBPyConnection, file: LandingFile, limits: Limits
) -> tuple[str, ...]:
    """Names of its columns; none where it cannot be read, as the load says then."""
    try:
        with reading_room(connection, limits) as room:
            [content] = examine(connection, [room.place(file)], limits)
    except (UnreadableFile, OSError):
        return ()
    return () if isinstance(content, Exception) else content.header


def _near(name: str, lacking: list[str]) -> str:
    spelled = name.strip().lower().replace(" ", "_").replace("-", "_")
    return next(iter(get_close_matches(spelled, lacking, n=1)), "")

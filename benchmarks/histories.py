"""A warehouse with some days of history, to which new days come and of which old ones change."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.formats import as_they_stand, instant_of, write_options
from benchmarks.sizes import DELIVERIES
from orchestration.contract import source_tables
from orchestration.sample.scope import ENDS_ON
from orchestration.sql import literal

_DAYS_IN_FILE = 30
# What stands, however long ago it was landed: a history of 30 days is not one of new customers.
_STANDING = ("crm/customers", "crm/subscriptions", "survey/instruments")
_NEW_DAYS = [ENDS_ON - timedelta(days=DELIVERIES - 1 - number) for number in range(DELIVERIES)]
_FIRST_OLD_DAY = 10


@dataclass(frozen=True)
class History:
    """A home, its landing zone, and deliveries that wait: each a folder of one day's files."""

    days: int
    folder: Path

    @property
    def landing(self) -> Path:
        """The landing zone."""
        return self.folder / "landing"

    @property
    def home(self) -> Path:
        """The home that is kept."""
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its home."""
        return {"CX_HOME": str(self.home), "CX_LANDING": str(self.landing)}

    def waiting(self, kind: str) -> list[Path]:
        """Deliveries of `new` days or of `old` ones that are restated."""
        return sorted((self.folder / kind).iterdir())

    def deliver(self, delivery: Path) -> None:
        """Put a delivery into the landing zone."""
        shutil.copytree(delivery, self.landing, dirs_exist_ok=True)


def make_history(zone: Path, days: int, folder: Path) -> History:
    """Copy the newest files of a zone, some days each in files of their own, the newest aside."""
    history = History(days, folder)
    for table in source_tables():
        path = f"{table.source}/{table.name}"
        files = sorted((zone / path).iterdir()) if (zone / path).is_dir() else []
        kept = files if path in _STANDING else files[-max(days // _DAYS_IN_FILE, 1) :]
        for file in kept:
            target = history.landing / path / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        if table.event_time and kept:  # order lines have no time, and stand
            middle = history.landing / path / kept[len(kept) // 2].name
            _take_out(history, path, middle, table.event_time, _days_of(middle), "old")
            newest = history.landing / path / kept[-1].name
            _take_out(history, path, newest, table.event_time, _NEW_DAYS, "new")
    return history


def _days_of(file: Path) -> list[date]:
    """Days in the month of a file that are restated."""
    month = date.fromisoformat(file.name[:10])
    return [month.replace(day=_FIRST_OLD_DAY + number) for number in range(DELIVERIES)]


def _take_out(
    history: History, path: str, file: Path, column: str, days: Sequence[date], kind: str
) -> None:
    """Move rows of these days out of a file: old ones land, and are restated less every tenth."""
    suffix = "".join(file.suffixes)
    day = f"cast({instant_of(file, column)} as date)"
    with duckdb.connect() as connection:
        connection.execute(
            f"create table landed as select *, {day} as _day from {as_they_stand(file)}"
        )
        for number, day_of_rows in enumerate(days):
            name = f"{path}/{day_of_rows}-{kind}{suffix}"
            delivered = history.folder / kind / str(number) / name
            of_day = f"_day = date '{day_of_rows}'"
            if kind == "new":
                _write(connection, of_day, delivered)
            else:
                _write(connection, of_day, history.landing / name)
                _write(connection, f"{of_day} and rowid % 10 > 0", delivered)
        listed = ", ".join(f"date '{each}'" for each in days)
        _write(connection, f"_day is null or _day not in ({listed})", file)


def _write(connection: duckdb.DuckDBPyConnection, condition: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = f"select * exclude (_day) from landed where {condition}"
    if connection.sql(rows).limit(1).fetchall():
        connection.execute(f"copy ({rows}) to {literal(str(file))} ({write_options(file)})")

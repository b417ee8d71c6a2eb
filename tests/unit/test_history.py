"""What came is compared with what came before: volume, shares, distributions, cold start."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.history import as_before
from orchestration.amending import withdraw
from orchestration.contract import source_tables
from orchestration.ledger import create_tables
from orchestration.loading import load_table
from orchestration.warehouse import Settings, connect

RESPONSES = next(table for table in source_tables() if table.full_name == "raw_survey.responses")
FIRST_DAY = date(2026, 1, 1)
Row = tuple[str, str, str]


class Zone:
    """A landing zone of daily answers, and the warehouse that loads it."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder)
        self.folder = self.settings.landing_dir / "survey" / "responses"
        self.folder.mkdir(parents=True)

    def land(self, day: int, rows: list[Row], part: str = "") -> None:
        landed = FIRST_DAY + timedelta(days=day)
        lines = (
            f"{landed}-{part}-{n},{instrument},{customer},{landed},{score}"
            for n, (instrument, customer, score) in enumerate(rows)
        )
        header = "response_id,instrument_id,customer_id,responded_at,score"
        (self.folder / f"{landed}{part}.csv").write_text("\n".join([header, *lines]) + "\n")

    def load(self) -> dict[str, str]:
        """Load what waits; give the checks that failed, and what each found."""
        with connect(self.settings) as connection:
            report = load_table(
                connection, self.settings.landing_dir, RESPONSES, as_before(RESPONSES)
            )
        assert report.messages == ()
        return {check.name: str(check) for check in report.checks if not check.passed}


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    return Zone(tmp_path)


def a_day(seed: int, n: int = 120, scores: str = "99999887650") -> list[Row]:
    """Answers of one day, of as many customers."""
    draw = random.Random(seed)
    return [("nps_relationship", f"c{i}", draw.choice(scores)) for i in range(n)]


def with_history(zone: Zone, days: int = 10) -> Zone:
    for day in range(days):
        zone.land(day, a_day(day))
    assert zone.load() == {}
    return zone


def test_a_day_like_those_before_passes(zone: Zone) -> None:
    with_history(zone).land(10, a_day(10, n=130))
    assert zone.load() == {}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda rows: rows[:50], "rows_per_day_are_as_before"),
        (lambda rows: rows * 3, "rows_per_day_are_as_before"),
        (
            lambda rows: [(i, "" if n < 30 else c, s) for n, (i, c, s) in enumerate(rows)],
            "null_shares_are_as_before",
        ),
        (
            lambda rows: [(i, f"c{n % 60}", s) for n, (i, _, s) in enumerate(rows)],
            "distinct_shares_are_as_before",
        ),
        (lambda rows: [(i, c, "3") for i, c, s in rows], "distributions_are_as_before"),
    ],
    ids=["half is missing", "three times as many", "nulls", "the same customers", "other scores"],
)
def test_a_day_unlike_those_before_is_warned_of(
    change: Callable[[list[Row]], list[Row]], check: str, zone: Zone
) -> None:
    with_history(zone).land(10, change(a_day(10)))
    found = zone.load()
    assert check in found
    assert "2026-01-11" in found[check] or "nps_relationship" in found[check]


def test_what_is_warned_of_is_loaded_all_the_same(zone: Zone) -> None:
    with_history(zone).land(10, a_day(10, n=5))
    assert zone.load() != {}
    assert "standing since" in zone.load()["rows_per_day_are_as_before"]
    with connect(zone.settings) as connection:
        rows = connection.execute("select count(*) from raw_survey.responses").fetchone()
    assert rows == (1205,)


def test_without_history_nothing_is_warned_of(zone: Zone) -> None:
    with_history(zone, days=6).land(6, a_day(6, n=1))
    assert zone.load() == {}


def test_a_day_that_comes_in_parts_counts_as_one(zone: Zone) -> None:
    with_history(zone).land(10, a_day(10, n=100))
    assert zone.load() == {}
    zone.land(10, a_day(11, n=20), part="b")
    assert zone.load() == {}


def test_an_old_day_is_compared_with_the_days_before_it(zone: Zone) -> None:
    for day in [*range(8), *range(9, 30)]:
        zone.land(day, a_day(day, n=120 if day < 9 else 1000))
    zone.load()
    zone.land(8, a_day(8))
    assert zone.load() == {}


def test_the_history_is_that_of_the_rows_that_stand(zone: Zone) -> None:
    with_history(zone).land(9, a_day(9, n=1000))
    assert "rows_per_day_are_as_before" in zone.load()
    with connect(zone.settings) as connection:
        for table in source_tables():
            create_tables(connection, table)
        withdraw(connection, zone.settings.landing_dir, ["survey/responses/2026-01-10.csv"])
    zone.land(10, a_day(10, n=900))
    assert "rows_per_day_are_as_before" in zone.load()
    zone.land(11, a_day(11, n=1700))
    assert zone.load() == {}

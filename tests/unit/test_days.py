"""A load for chosen days takes their files, changed or not, and leaves the others."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.contract import SourceTable, source_tables
from orchestration.loading.ledger import create_tables
from orchestration.loading.load import LoadReport, load_table
from orchestration.loading.withdrawals import withdraw

JANUARY = {date(2026, 1, day) for day in range(1, 32)}


@pytest.fixture
def table() -> SourceTable:
    [table] = [table for table in source_tables() if table.full_name == "raw_survey.responses"]
    return table


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(tmp_path / "warehouse.duckdb")
    connection.execute("set TimeZone = 'UTC'")
    for table in source_tables():
        create_tables(connection, table)
    return connection


def deliver(landing: Path, name: str, score: int = 9) -> None:
    header = "response_id,instrument_id,responded_at,score"
    folder = landing / "survey" / "responses"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_text(f"{header}\n{name},csat,2026-01-01,{score}\n")


def loaded(report: LoadReport) -> dict[str, int]:
    return {day.isoformat(): counts.files_loaded for day, counts in report.days.items()}


def rows(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, float]]:
    query = "select response_id, score::double from raw_survey.responses order by all"
    return connection.execute(query).fetchall()


def test_chosen_days_load_again_and_others_wait(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, tmp_path: Path
) -> None:
    for name in ("2026-01-05", "2026-01-06", "2026-02-01"):
        deliver(tmp_path, name)
    assert load_table(connection, tmp_path, table).files_loaded == 3
    deliver(tmp_path, "2026-01-06", score=1)
    deliver(tmp_path, "2026-01-07-late")
    deliver(tmp_path, "2026-02-01", score=1)
    deliver(tmp_path, "2026-02-02")

    report = load_table(connection, tmp_path, table, days=JANUARY)

    assert loaded(report) == {"2026-01-05": 1, "2026-01-06": 1, "2026-01-07": 1}
    assert rows(connection) == [
        ("2026-01-05", 9),
        ("2026-01-06", 1),
        ("2026-01-07-late", 9),
        ("2026-02-01", 9),
    ]
    waited = load_table(connection, tmp_path, table)
    assert loaded(waited) == {"2026-02-01": 1, "2026-02-02": 1}
    assert rows(connection)[-2:] == [("2026-02-01", 1), ("2026-02-02", 9)]


def test_a_withdrawn_file_of_a_chosen_day_stays_out_until_it_changes(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, tmp_path: Path
) -> None:
    deliver(tmp_path, "2026-01-05")
    load_table(connection, tmp_path, table)
    withdraw(connection, tmp_path, ["survey/responses/2026-01-05.csv"])
    assert loaded(load_table(connection, tmp_path, table, days=JANUARY)) == {}
    deliver(tmp_path, "2026-01-05", score=1)
    assert loaded(load_table(connection, tmp_path, table, days=JANUARY)) == {"2026-01-05": 1}


def test_a_file_without_a_date_belongs_to_the_day_it_was_first_seen(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, tmp_path: Path
) -> None:
    deliver(tmp_path, "undated")
    load_table(connection, tmp_path, table)
    connection.execute("update ledger.files set landing_date = '2026-01-05'")
    assert loaded(load_table(connection, tmp_path, table, days=JANUARY)) == {"2026-01-05": 1}
    assert loaded(load_table(connection, tmp_path, table, days={date(2026, 1, 6)})) == {}


@pytest.mark.parametrize(
    ("landed", "first"),
    [
        ("2011-12-09", "2011-01-01"),
        ("0001-01-01", "1970-01-01"),
        ("9999-12-31", f"{datetime.now(UTC).year - 2}-01-01"),
    ],
)
def test_days_begin_with_the_year_of_the_first_delivery(
    landed: str, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.defs.days import landing_days

    monkeypatch.setenv("CX_LANDING", str(tmp_path))
    deliver(tmp_path, landed)
    days = landing_days()
    assert days.get_first_partition_key() == first
    assert days.get_last_partition_key() == datetime.now(UTC).date().isoformat()

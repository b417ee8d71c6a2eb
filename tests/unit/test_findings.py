"""What a check found stands until it is gone, not until the next run."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from expectations.history import as_before
from expectations.keys import keys_agree
from expectations.suite import Expectation, values_between
from expectations.validate import CheckResult
from expectations.versions import versions_dated
from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.loading.load import load_table
from orchestration.loading.withdrawals import withdraw

TABLES = {f"{table.source}/{table.name}": table for table in source_tables()}
RESPONSES, CUSTOMERS = TABLES["survey/responses"], TABLES["crm/customers"]
LOW_SCORES = (values_between("score", 0, 10, severity="warning"),)
Land = Callable[..., Path]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for table in source_tables():
        create_tables(connection, table)
    return connection


@pytest.fixture
def land(tmp_path: Path) -> Land:
    def land_one(day: int, *scores: int) -> Path:
        file = tmp_path / "survey" / "responses" / f"2026-01-{day:02}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = (f"r{day}-{n},nps,2026-01-{day:02},{score}\n" for n, score in enumerate(scores))
        file.write_text("response_id,instrument_id,responded_at,score\n" + "".join(rows))
        return file

    return land_one


def failed(
    connection: duckdb.DuckDBPyConnection, folder: Path, suite: Sequence[Expectation] = LOW_SCORES
) -> list[CheckResult]:
    report = load_table(connection, folder, RESPONSES, suite)
    return [check for check in report.checks if not check.passed]


def test_a_warning_stands_while_its_rows_stand(
    connection: duckdb.DuckDBPyConnection, land: Land, tmp_path: Path
) -> None:
    land(1, 9, 77)
    [new] = failed(connection, tmp_path)
    assert (new.failed_rows, new.samples, new.message) == (1, ("77.00",), "1 rows fail")

    [standing] = failed(connection, tmp_path)
    assert (standing.failed_rows, standing.samples) == (1, ("77.00",))
    assert standing.message.startswith("1 rows fail, standing since 20")

    land(2, 8, 9)
    [beside_a_sound_delivery] = failed(connection, tmp_path)
    assert beside_a_sound_delivery == standing

    land(3, 55, 66)
    [together] = failed(connection, tmp_path)
    assert (together.failed_rows, together.samples[2:]) == (3, ("77.00",))
    assert set(together.samples[:2]) == {"55.00", "66.00"}
    assert together.message.startswith("3 rows fail, standing since 20")

    land(3, 5, 6)
    assert failed(connection, tmp_path) == [standing]
    land(1, 9, 7)
    assert failed(connection, tmp_path) == []


def test_a_warning_of_one_of_many_files_is_gone_with_that_file(
    connection: duckdb.DuckDBPyConnection, land: Land, tmp_path: Path
) -> None:
    for day, score in enumerate((1, 77, 2, 66, 3), start=1):
        land(day, score)
    assert [check.failed_rows for check in failed(connection, tmp_path)] == [2]
    land(1, 1, 1)
    assert [check.failed_rows for check in failed(connection, tmp_path)] == [2]
    land(2, 7)
    assert [check.samples for check in failed(connection, tmp_path)] == [("66.00",)]
    withdraw(connection, tmp_path, ["survey/responses/2026-01-04.csv"])
    assert failed(connection, tmp_path) == []


def test_a_warning_is_gone_once_the_suite_allows_the_rows(
    connection: duckdb.DuckDBPyConnection, land: Land, tmp_path: Path
) -> None:
    land(1, 9, 77)
    assert len(failed(connection, tmp_path)) == 1
    wider = (values_between("score", 0, 100, severity="warning"),)
    assert failed(connection, tmp_path, wider) == []
    assert failed(connection, tmp_path, ()) == []


def test_rows_that_the_gate_holds_back_leave_no_standing_warning(
    connection: duckdb.DuckDBPyConnection, land: Land, tmp_path: Path
) -> None:
    suite = (*LOW_SCORES, values_between("score", 0, 50, severity="critical"))
    suite = (suite[0], Expectation(**vars(suite[1]) | {"name": "score_is_sane"}))
    file = land(1, 77)
    land(2, 20)
    [warned, held] = failed(connection, tmp_path, suite)
    assert (warned.samples, held.severity) == (("20.00",), "critical")
    file.unlink()
    assert [check.samples for check in failed(connection, tmp_path, suite)] == [("20.00",)]


def test_a_comparison_with_history_stands_until_the_next_delivery(
    connection: duckdb.DuckDBPyConnection, land: Land, tmp_path: Path
) -> None:
    suite = as_before(RESPONSES)
    for day in range(1, 12):
        land(day, *[9] * 100)
    assert failed(connection, tmp_path, suite) == []
    land(12, *[9] * 5)
    [new] = failed(connection, tmp_path, suite)
    [standing] = failed(connection, tmp_path, suite)
    assert standing.message.startswith(f"{new.message}, standing since")
    land(13, *[9] * 100)
    assert failed(connection, tmp_path, suite) == []


KEYED = {
    "survey/responses": "response_id,instrument_id,responded_at,score,more\n",
    "crm/customers": "customer_id,updated_at,region\n",
}


@pytest.mark.parametrize(
    ("path", "files", "keys"),
    [
        (
            "survey/responses",
            ["r1,nps,2026-01-01,9,a\nr1,nps,2026-01-01,8,a\nr2,nps,2026-01-01,9,a\n"],
            ["r1, survey/responses/0.csv"],
        ),
        (
            "survey/responses",  # what the contract does not know is content too
            ["r1,nps,2026-01-01,9,a\nr1,nps,2026-01-01,9,b\nr1,nps,2026-01-01,9,c\n"],
            ["r1, survey/responses/0.csv"],
        ),
        ("survey/responses", ["r1,nps,2026-01-01,9,a\nr1,nps,2026-01-01,9.00,a\n"], []),
        ("survey/responses", ["r1,nps,2026-01-01,9,a\n", "r1,nps,2026-01-01,8,a\n"], []),
        (
            "survey/responses",
            ["r1,nps,2026-01-01,9,\nr1,nps,2026-01-01,,\n", "r2,nps,2026-01-01,9,\n" * 2],
            ["r1, survey/responses/0.csv"],
        ),
        ("crm/customers", ["c1,2026-01-01,north\nc1,2026-01-02,south\n"], []),
        (
            "crm/customers",
            ["c1,2026-01-01,north\nc1,2026-01-01,south\nc1,2026-01-02,south\n"],
            ["c1, 2026-01-01 00:00:00, crm/customers/0.csv"],
        ),
    ],
)
def test_rows_of_one_key_that_differ_within_a_file_are_counted_and_named(
    path: str,
    files: list[str],
    keys: list[str],
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
) -> None:
    (tmp_path / path).mkdir(parents=True)
    for number, rows in enumerate(files):
        (tmp_path / path / f"{number}.csv").write_text(KEYED[path] + rows)
    table = TABLES[path]
    [check] = load_table(connection, tmp_path, table, [keys_agree(table)]).checks
    assert (list(check.samples), check.failed_rows, check.severity) == (keys, len(keys), "warning")
    [standing] = (
        load_table(connection, tmp_path, table, [keys_agree(table)]).checks if keys else [check]
    )
    assert standing.samples == check.samples


def test_files_without_a_date_and_rows_without_a_time_are_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "crm/customers"
    (folder / "2026-01-31").mkdir(parents=True)
    for name in ("customers_20260131.csv", "2026-01-31/customers.csv", "customers_2026-02-01.csv"):
        (folder / name).write_text("customer_id,plan\nc1,Growth\n")
    (folder / "timed.csv").write_text(f"customer_id,updated_at\nc2,{datetime.now(UTC):%F}T10:00\n")
    [check] = load_table(connection, tmp_path, CUSTOMERS, versions_dated(CUSTOMERS)).checks
    assert check.name == "rows_have_updated_at_or_their_file_a_date"
    assert list(check.samples) == ["crm/customers/customers_20260131.csv"]
    assert (check.passed, check.severity) == (False, "warning")
    assert not versions_dated(RESPONSES)


def test_keys_of_every_table_of_the_contract_are_looked_at(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for table in source_tables():
        query = keys_agree(table).kwargs["unexpected_rows_query"].format(batch=table.full_name)
        assert connection.execute(query).fetchall() == []

"""Running checks: each kind catches a bad table, and nothing that raises counts as passed."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from expectations.suite import (
    Expectation,
    distinct_values_at_most,
    no_rows,
    values_between,
    values_in,
    values_present,
)
from expectations.validate import CheckResult, validate

SCORE = values_between("score", 0, 10, severity="critical")
LANGUAGE = values_in("language", "fr", "de", severity="warning")
CUSTOMER = values_present("customer_id", share=0.9, severity="warning")
SEGMENTS = distinct_values_at_most("language", 2, severity="warning")
PATTERN = no_rows(
    "language_has_two_letters",
    "select id from {batch} where not regexp_full_match(language, '[a-z]{{2}}')",
    severity="warning",
)
LIKE = no_rows(
    "language_has_no_x", "select id from {batch} where language like 'x%'", severity="warning"
)
UNIQUE = no_rows(
    "ids_are_unique",
    "select id from {batch} group by id having count(*) > 1",
    severity="critical",
)
ALL = (SCORE, LANGUAGE, CUSTOMER, SEGMENTS, PATTERN, LIKE, UNIQUE)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Thirty good rows and an empty table beside one with ten bad rows of each sort."""
    connection = duckdb.connect()
    connection.execute("""
        create schema s;
        create table s.good as
        select i as id, (i % 11)::decimal(6, 2) as score, 'fr' as language, 'c1' as customer_id
        from range(30) r(i);
        create table s.empty as from s.good limit 0;
        create table s.bad as
        from s.good union all
        select i % 5, i + 100, 'x' || i, null from range(10) r(i)
    """)
    return connection


def only(results: list[CheckResult]) -> CheckResult:
    """The result, when there is one."""
    assert len(results) == 1
    return results[0]


@pytest.mark.parametrize("table", ["s.good", "s.empty"])
def test_good_and_empty_tables_pass(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    results = validate(connection, table, ALL)
    assert [(r.name, r.passed) for r in results] == [(check.name, True) for check in ALL]


def test_bad_table_fails_every_kind_of_check(connection: duckdb.DuckDBPyConnection) -> None:
    results = validate(connection, "s.bad", ALL)
    assert {r.name for r in results if not r.passed} == {check.name for check in ALL}
    assert {r.name: r.failed_rows for r in results} == {
        "score_in_range": 10,
        "language_is_known": 10,
        "customer_id_is_mostly_present": 10,
        "language_is_not_too_varied": None,
        "language_has_two_letters": 10,
        "language_has_no_x": 10,
        "ids_are_unique": 5,
    }
    assert {r.checked_rows for r in results} == {40}
    assert [r.severity for r in results] == [check.severity for check in ALL]


def test_samples_are_a_few_of_what_failed(connection: duckdb.DuckDBPyConnection) -> None:
    score, ids = validate(connection, "s.bad", (SCORE, UNIQUE))
    assert len(score.samples) == 5
    assert set(score.samples) <= {f"{value}.00" for value in range(100, 110)}
    assert (score.message, ids.message) == ("10 rows fail", "5 rows fail")
    assert sorted(ids.samples) == ["0", "1", "2", "3", "4"]


def test_share_tolerates_what_it_allows(connection: duckdb.DuckDBPyConnection) -> None:
    enough = values_present("customer_id", share=0.75, severity="warning")
    assert only(validate(connection, "s.bad", (enough,))).passed


def test_not_a_number_is_out_of_range(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table s.nan as select 'nan'::double as score")
    assert not only(validate(connection, "s.nan", (SCORE,))).passed


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (values_between("absent", 0, 1, severity="critical"), "absent"),
        (values_between("language", 0, 1, severity="critical"), "VARCHAR"),
        (no_rows("broken", "select absent from {batch}", severity="critical"), "absent"),
        (no_rows("cast", "select language::int from {batch}", severity="critical"), "Could not"),
        (no_rows("brace", "select id from {batch} where '{3' = ''", severity="critical"), "brace"),
        (replace(SCORE, name="unknown", type="ExpectMiracles"), "ExpectMiracles"),
        (replace(SCORE, name="argument", kwargs={"a": 1}), "column"),
    ],
    ids=lambda value: value.name if isinstance(value, Expectation) else "",
)
def test_what_raises_fails_and_spoils_no_other(
    connection: duckdb.DuckDBPyConnection, check: Expectation, told: str
) -> None:
    before, raised, after = validate(connection, "s.good", (SCORE, check, UNIQUE))
    assert not raised.passed
    assert told in raised.message
    assert raised.failed_rows is None
    assert before.passed
    assert after.passed


@pytest.mark.parametrize("table", ["s.absent", "absent.good", "good"])
def test_missing_table_fails_every_check(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    results = validate(connection, table, ALL)
    assert [r.passed for r in results] == [False] * len(ALL)
    assert all(r.message for r in results)


def test_each_check_says_what_it_asks() -> None:
    assert [check.description for check in ALL[:5]] == [
        "score is at least 0 and at most 10.",
        "language is one of fr, de.",
        "At least 90% of the rows have a customer_id.",
        "language has at most 2 distinct values.",
        "Language has two letters.",
    ]


def test_equal_names_are_judged_apart(connection: duckdb.DuckDBPyConnection) -> None:
    bad = replace(SCORE, kwargs={**SCORE.kwargs, "max_value": 5})
    assert [r.passed for r in validate(connection, "s.good", (SCORE, bad))] == [True, False]


def test_connection_stays_usable_and_file_is_released(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("create schema s; create table s.t as select 11 as score")
        assert not only(validate(connection, "s.t", (SCORE,))).passed
        connection.execute("update s.t set score = 1")
        assert only(validate(connection, "s.t", (SCORE,))).passed
    # DuckDB refuses another configuration while any connection to the file is open.
    with duckdb.connect(file, read_only=True) as connection:
        assert connection.table("s.t").fetchall() == [(1,)]


def test_other_engines_are_left_alone(connection: duckdb.DuckDBPyConnection) -> None:
    validate(connection, "s.good", ALL)
    with sqlalchemy.create_engine("sqlite://").connect() as other:
        result = other.execute(sqlalchemy.text("select 1"))
        assert not isinstance(
            result.context.cursor_fetch_strategy,
            sqlalchemy.engine.cursor.FullyBufferedCursorFetchStrategy,
        )


def test_nothing_is_printed(
    connection: duckdb.DuckDBPyConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    validate(connection, "s.bad", ALL)
    assert capfd.readouterr() == ("", "")

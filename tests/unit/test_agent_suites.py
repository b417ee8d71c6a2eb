"""The suites of agents and employees: sound rows pass, each check fails on what it is there for."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from expectations import guarded_tables
from expectations.validate import validate

pytestmark = pytest.mark.slow

AGENTS, EMPLOYEES = "marts.agents_by_period", "marts.employee_surveys_by_segment"
COLUMNS = {
    AGENTS: """
        agent_id text, group_name text, tickets bigint, reopens_known bigint, reopened bigint,
        reopen_rate double, group_reopen_rate double, reopen_rate_prior double,
        reopen_rate_shrunk double, reopen_rate_shrunk_ci_low double,
        reopen_rate_shrunk_ci_high double, responses bigint, satisfied bigint, csat double,
        group_csat double, csat_prior double, csat_shrunk double, csat_shrunk_ci_low double,
        csat_shrunk_ci_high double, csat_rank bigint, csat_limit_low double,
        csat_limit_high double, is_outside_limits boolean
    """,
    EMPLOYEES: """
        segment_type text, segment text, instrument_id text, metric text, respondents bigint,
        responses bigint, positives bigint, negatives bigint, score double, score_se double,
        score_mean double
    """,
}
MONTH = {"period_grain": "month", "period_start": "2026-01-01", "is_reportable": True}
PRIOR = 3.53797
# 8 of 20 where the group has 101 of 130 (p .7769, M 3.5380): .4567, below .4893.
GOOD: dict[str, dict[str, Any]] = {
    AGENTS: {
        "agent_id": "a",
        "group_name": "Billing",
        "tickets": 40,
        "reopens_known": 20,
        "reopened": 2,
        "reopen_rate": 0.1,
        "group_reopen_rate": 0.3,
        "reopen_rate_prior": 20,
        "reopen_rate_shrunk": 0.2,
        "reopen_rate_shrunk_ci_low": 0.1,
        "reopen_rate_shrunk_ci_high": 0.3,
        "responses": 20,
        "satisfied": 8,
        "csat": 0.4,
        "group_csat": 101 / 130,
        "csat_prior": PRIOR,
        "csat_shrunk": (8 + PRIOR * 101 / 130) / (20 + PRIOR),
        "csat_shrunk_ci_low": 0.2596,
        "csat_shrunk_ci_high": 0.6537,
        "csat_rank": 1,
        "csat_limit_low": 0.4892545,
        "csat_limit_high": 1,
        "is_outside_limits": True,
    },
    EMPLOYEES: {
        "segment_type": "all",
        "segment": "all",
        "instrument_id": "enps",
        "metric": "nps",
        "respondents": 12,
        "responses": 36,
        "positives": 19,
        "negatives": 5,
        "score": 1400 / 36,
        "score_se": 11.97,
        "score_mean": 8,
    },
}
FOLLOWS = "scores_follow_from_counts"
PARTS = "parts_are_within_their_wholes"
ALL_OF_TIME = {"period_grain": "all", "period_start": None}
BILLING = {"segment_type": "group", "segment": "Billing"}
# Rows of a table, each the sound one but for a change, and the check that they fail.
BAD: list[tuple[str, str, list[dict[str, Any]]]] = [
    (AGENTS, FOLLOWS, [{"csat_shrunk": 0.5}]),
    (AGENTS, FOLLOWS, [{"csat_prior": None}]),
    (AGENTS, FOLLOWS, [{"reopen_rate_shrunk": 0.1}]),
    (AGENTS, FOLLOWS, [{"csat_limit_low": 0.39}]),
    (AGENTS, FOLLOWS, [{"csat": 0.9}]),
    (AGENTS, PARTS, [{"reopens_known": 41}]),
    (AGENTS, "grains_add_up_to_the_same", [ALL_OF_TIME, {"tickets": 39}]),
    (AGENTS, "csat_shrunk_lies_in_its_interval", [{"csat_shrunk_ci_high": 0.4}]),
    (AGENTS, "reopen_rate_shrunk_lies_in_its_interval", [{"reopen_rate_shrunk_ci_low": 0.21}]),
    (AGENTS, "measures_are_not_negative", [{"reopened": -1}]),
    (AGENTS, "ranks_follow_the_shrunk_share", [{"csat_rank": 2}]),
    (AGENTS, "ranks_follow_the_shrunk_share", [{}, {"agent_id": "b", "csat_rank": 2}]),
    (AGENTS, "ranks_follow_the_shrunk_share", [{"csat_shrunk": None}]),
    (AGENTS, "who_is_outside_the_limits_is_said_to_be", [{"is_outside_limits": False}]),
    (AGENTS, "who_is_outside_the_limits_is_said_to_be", [{"csat": 0.6}]),
    (AGENTS, "unreportable_rows_have_no_score", [{"is_reportable": False}]),
    (EMPLOYEES, FOLLOWS, [{"score": 38.0}]),
    (EMPLOYEES, FOLLOWS, [{"metric": "csat"}]),
    (EMPLOYEES, "people_are_among_those_who_answered", [{"respondents": 37}]),
    (EMPLOYEES, "bands_are_within_the_answers", [{"negatives": 18}]),
    (EMPLOYEES, "segments_are_within_the_total", [{}, BILLING | {"responses": 37}]),
    (EMPLOYEES, "measures_are_not_negative", [{"score_se": -1}]),
    (EMPLOYEES, "unreportable_rows_have_no_score", [{"is_reportable": False}]),
    (EMPLOYEES, "total_is_present", [BILLING]),
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for table, columns in COLUMNS.items():
            shape = f"period_grain text, period_start date, {columns}, is_reportable boolean"
            connection.execute(f"create table {table} ({shape})")
        yield connection


def failures(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]
) -> set[str]:
    """Names of the checks that the rows fail."""
    for change in rows:
        row = MONTH | GOOD[table] | change
        connection.execute(
            f"insert into {table} ({', '.join(row)}) values ({', '.join('?' for _ in row)})",
            [*row.values()],
        )
    results = validate(connection, table, guarded_tables("marts")[table])
    return {result.name for result in results if not result.passed}


@pytest.mark.parametrize("table", COLUMNS)
def test_sound_rows_pass(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    assert failures(connection, table, []) == set()
    assert failures(connection, table, [{}, ALL_OF_TIME]) == set()


@pytest.mark.parametrize(("table", "check", "rows"), BAD)
def test_bad_rows_fail_their_check(
    connection: duckdb.DuckDBPyConnection, table: str, check: str, rows: list[dict[str, Any]]
) -> None:
    assert check in failures(connection, table, rows)


@pytest.mark.parametrize("table", COLUMNS)
def test_every_check_is_shown_to_fail(table: str) -> None:
    checks = {check.name for check in guarded_tables("marts")[table]}
    assert checks - {"segment_is_not_too_varied"} == {name for t, name, _ in BAD if t == table}

"""The suite of experiments: sound rows pass, each check fails on what it is there for."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations import guarded_tables
from expectations.validate import validate

pytestmark = pytest.mark.slow

TABLE = "marts.experiment_results"
GOOD: dict[str, object] = {
    "experiment_id": "e",
    "metric": "orders",
    "variant": "new",
    "subjects_assigned": 120,
    "subjects_immature": 10,
    "subjects": 100,
    "value": 1.5,
    "is_reportable": True,
    "lift": 0.5,
    "lift_ci_low": 0.1,
    "lift_ci_high": 0.9,
    "lift_any_time_low": -0.1,
    "lift_any_time_high": 1.1,
    "lift_adjusted": 0.4,
    "lift_adjusted_ci_low": 0.1,
    "lift_adjusted_ci_high": 0.7,
    "p": 0.01,
    "p_adjusted": 0.02,
    "sample_ratio_p": 1,
    "variance_kept": 0.8,
    "is_hypothesis": True,
    "verdict": "supported",
    "verdict_reason": "as_expected",
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one experiment and one sound result."""
    with duckdb.connect() as connection:
        columns = ", ".join(f"${name} as {name}" for name in GOOD)
        connection.execute(
            "create schema marts; create table marts.dim_experiments as select 'e' as experiment_id"
        )
        connection.execute(f"create table {TABLE} as select {columns}", GOOD)
        yield connection


def failures(connection: duckdb.DuckDBPyConnection) -> set[str]:
    results = validate(connection, TABLE, guarded_tables("marts")[TABLE])
    return {result.name for result in results if not result.passed}


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({}, None),
        ({"value": None, "is_reportable": False, "lift": None}, None),
        ({"is_hypothesis": False, "verdict": None, "verdict_reason": None}, None),
        ({"p": 1.1}, "p_in_range"),
        ({"p_adjusted": -0.1}, "p_adjusted_in_range"),
        ({"sample_ratio_p": 2}, "sample_ratio_p_in_range"),
        ({"variance_kept": -0.1}, "variance_kept_in_range"),
        ({"lift": 1}, "lifts_lie_within_their_intervals"),
        ({"lift_any_time_low": 0.6}, "lifts_lie_within_their_intervals"),
        ({"lift_adjusted": 0.9}, "lifts_lie_within_their_intervals"),
        ({"experiment_id": "stranger"}, "results_are_of_known_experiments"),
        ({"subjects": 111}, "values_are_of_subjects"),
        ({"value": None}, "values_are_of_subjects"),
        ({"verdict": None, "verdict_reason": None}, "a_hypothesis_has_a_verdict"),
        ({"verdict_reason": None}, "a_hypothesis_has_a_verdict"),
    ],
)
def test_a_result_beside_a_sound_one(
    connection: duckdb.DuckDBPyConnection, changes: dict[str, object], check: str | None
) -> None:
    row = {**GOOD, **changes}
    names, places = ", ".join(row), ", ".join(f"${name}" for name in row)
    connection.execute(f"insert into {TABLE} ({names}) values ({places})", row)
    assert failures(connection) == ({check} if check else set())

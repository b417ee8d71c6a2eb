"""Suites of marts without segments: sound rows pass, each check fails on what it is there for."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations import guarded_tables
from expectations.validate import validate

pytestmark = pytest.mark.slow

RESULTS = "marts.experiment_results"
CHANNELS = "marts.survey_channel_effects"
OPEN = "marts.follow_ups_open"
RESULT: dict[str, object] = {
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


CHANNEL: dict[str, object] = {
    "metric": "nps",
    "channel": "mail",
    "other_channel": "sms",
    "responses": 40,
    "other_responses": 40,
    "score": 40.0,
    "other_score": 10.0,
    "difference": 30.0,
    "difference_standardised": 10.0,
    "difference_standardised_ci_low": -27.0,
    "difference_standardised_ci_high": 47.0,
    "p": 0.6,
}
WAITING: dict[str, object] = {"response_id": "a", "hours_waited": 50.5, "mrr": 0.0}
EXPLAINED = "marts.change_explained"
CHANGE: dict[str, object] = {
    "metric": "nps",
    "instrument_version": None,
    "period_grain": "month",
    "period_start": "2026-02-01",
    "segment_type": "all",
    "segment": "all",
    "n_before": 20,
    "n_after": 30,
    "share_before": 1.0,
    "share_after": 1.0,
    "value_before": 5.0,
    "value_after": 30.0,
    "mix": 0.0,
    "mix_se": 0.0,
    "rate": 25.0,
    "rate_se": 24.1,
    "contribution": 25.0,
    "whole_change": 25.0,
    "divergence_se": 0.0,
    "p": 0.3,
    "is_reportable": True,
}
MARCH = {"period_start": "2026-03-01"}
PLAN = {"segment_type": "plan", "rate": 1.0, "contribution": 1.0}
GOOD = {RESULTS: RESULT, CHANNELS: CHANNEL, OPEN: WAITING, EXPLAINED: CHANGE}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one experiment and a sound row of each mart."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.dim_experiments as select 'e' as experiment_id;
            create table marts.follow_up_by_segment as
            select 'all' as period_grain, 'all' as segment_type, 2 as waiting
            """
        )
        for table, row in GOOD.items():
            columns = ", ".join(f"${name} as {name}" for name in row)
            connection.execute(f"create table {table} as select {columns}", row)
        yield connection


def failures(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    results = validate(connection, table, guarded_tables("marts")[table])
    return {result.name for result in results if not result.passed}


@pytest.mark.parametrize(
    ("table", "changes", "check"),
    [
        (RESULTS, {}, None),
        (RESULTS, {"value": None, "is_reportable": False, "lift": None}, None),
        (RESULTS, {"is_hypothesis": False, "verdict": None, "verdict_reason": None}, None),
        (RESULTS, {"p": 1.1}, "p_in_range"),
        (RESULTS, {"p_adjusted": -0.1}, "p_adjusted_in_range"),
        (RESULTS, {"sample_ratio_p": 2}, "sample_ratio_p_in_range"),
        (RESULTS, {"variance_kept": -0.1}, "variance_kept_in_range"),
        (RESULTS, {"lift": 1}, "lifts_lie_within_their_intervals"),
        (RESULTS, {"lift_any_time_low": 0.6}, "lifts_lie_within_their_intervals"),
        (RESULTS, {"lift_adjusted": 0.9}, "lifts_lie_within_their_intervals"),
        (RESULTS, {"experiment_id": "stranger"}, "results_are_of_known_experiments"),
        (RESULTS, {"subjects": 111}, "values_are_of_subjects"),
        (RESULTS, {"value": None}, "values_are_of_subjects"),
        (RESULTS, {"verdict": None, "verdict_reason": None}, "a_hypothesis_has_a_verdict"),
        (RESULTS, {"verdict_reason": None}, "a_hypothesis_has_a_verdict"),
        (CHANNELS, {}, None),
        (CHANNELS, {"p": 1.1}, "p_in_range"),
        (CHANNELS, {"difference": 31.0}, "scores_follow_from_counts"),
        (CHANNELS, {"difference_standardised": 48.0}, "difference_lies_in_its_interval"),
        (CHANNELS, {"other_responses": -1}, "measures_are_not_negative"),
        (OPEN, {}, None),
        (OPEN, {"hours_waited": -0.5}, "measures_are_not_negative"),
        (OPEN, {"mrr": -1}, "measures_are_not_negative"),
        (EXPLAINED, MARCH, None),
        (EXPLAINED, MARCH | {"p": 1.1}, "p_in_range"),
        (EXPLAINED, MARCH | {"share_before": 1.1}, "share_before_in_range"),
        (EXPLAINED, MARCH | {"share_after": -0.1}, "share_after_in_range"),
        (EXPLAINED, MARCH | {"mix": 1.0}, "scores_follow_from_counts"),
        (EXPLAINED, MARCH | {"segment_type": "plan"}, None),
        (EXPLAINED, MARCH | {"whole_change": 24.0}, "terms_add_up_to_the_change"),
        (EXPLAINED, PLAN, "terms_add_up_to_the_change"),
        (EXPLAINED, MARCH | {"rate_se": -0.1}, "measures_are_not_negative"),
        (EXPLAINED, MARCH | {"is_reportable": False}, "unreportable_rows_have_no_score"),
    ],
)
def test_a_row_beside_a_sound_one(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    changes: dict[str, object],
    check: str | None,
) -> None:
    row = {**GOOD[table], **changes}
    names, places = ", ".join(row), ", ".join(f"${name}" for name in row)
    connection.execute(f"insert into {table} ({names}) values ({places})", row)
    assert failures(connection, table) == ({check} if check else set())


def test_an_answer_that_waits_unlisted_is_noticed(connection: duckdb.DuckDBPyConnection) -> None:
    assert failures(connection, OPEN) == {"who_waits_is_counted"}


def test_changes_without_their_total_fail(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update marts.change_explained set segment_type = 'plan'")
    assert failures(connection, EXPLAINED) == {"total_is_present"}

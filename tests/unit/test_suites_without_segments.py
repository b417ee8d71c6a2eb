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
IMPROVED = "marts.improvement_effects"
BACKTESTS = "marts.customer_health_backtest"
CUSTOMERS = "marts.customer_360"
ACCOUNTS = "marts.account_360"
CONTACTS = "marts.support_contact_effect"
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
    "lift_relative": 0.5,
    "lift_relative_ci_low": 0.1,
    "lift_relative_ci_high": 0.9,
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


IMPROVEMENT: dict[str, object] = {
    "improvement_id": "i",
    "metric": "nps",
    "n_before": 10,
    "n_after": 10,
    "value_before": 0.0,
    "value_after": 60.0,
    "difference": 60.0,
    "difference_ci_low": -19.4,
    "difference_ci_high": 139.4,
    "difference_p": 0.14,
    "n_rest_before": 10,
    "n_rest_after": 10,
    "rest_difference": 20.0,
    "effect": 40.0,
    "effect_ci_low": -75.0,
    "effect_ci_high": 155.0,
    "effect_p": 0.5,
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
BAND: dict[str, object] = {
    "as_of": "2026-01-01",
    "customer_kind": "subscriber",
    "band": "good",
    "customers": 100,
    "churned": 20,
    "predicted_rate": 0.25,
    "observed_rate": 0.2,
    "observed_rate_ci_low": 0.1,
    "observed_rate_ci_high": 0.3,
    "lift": 1.0,
    "auc": 0.7,
    "auc_ci_low": 0.6,
    "auc_ci_high": 0.8,
    "brier": 0.15,
    "brier_base": 0.16,
    "verdict": None,
    "is_reportable": True,
}
CUSTOMER: dict[str, object] = {
    "customer_id": "k",
    "customer_kind": "subscriber",
    "mrr": 100.0,
    "p_alive": 0.5,
    "tenure_hazard": 0.1,
    "support_contacts": 1,
    "open_tickets": 1,
    "missed_payments": 0,
    "texts": 2,
    "sentiment_mean": -0.5,
    "health": 60.0,
    "score_points": 50.0,
    "recency_points": 90.0,
    "support_points": 70.0,
    "payment_points": None,
    "sentiment_points": 55.0,
    "churn_probability": 0.1,
    "mrr_at_risk": 10.0,
}
UNKNOWN = dict.fromkeys(["health", *(name for name in CUSTOMER if name.endswith("_points"))])
ACCOUNT: dict[str, object] = {
    "account_id": "x",
    "customers": 3,
    "mrr": 100.0,
    "mrr_at_risk": 10.0,
    "health": 60.0,
    "nps_responses": 3,
    "detractors": 2,
    "nps": -33.0,
    "csat_satisfied_rate": 0.5,
    "ces_easy_rate": 0.5,
    "follow_ups_waiting": 1,
    "open_tickets": 1,
    "sentiment_mean": -0.5,
}
AFTER_CONTACT: dict[str, object] = {
    "horizon_months": 3,
    "subscribers": 100,
    "contacted": 60,
    "matched": 50,
    "retention_contacted": 0.8,
    "retention_matched": 0.7,
    "difference": 0.1,
    "difference_ci_low": 0.0,
    "difference_ci_high": 0.2,
    "expansion_contacted": 1.1,
    "expansion_matched": 0.9,
    "expansion_difference": 0.2,
    "expansion_difference_ci_low": -0.1,
    "expansion_difference_ci_high": 0.5,
    "naive_retention_contacted": 0.9,
    "naive_retention_others": 0.5,
    "naive_difference": 0.4,
    "churned_contacted": 20,
    "churned_expected": 21.5,
    "hazard_ratio": 0.9,
    "hazard_ratio_p": 0.4,
    "is_reportable": True,
}
DRIVERS = "marts.drivers_by_segment"
DRIVER: dict[str, object] = {
    "outcome": "csat",
    "segment_type": "all",
    "segment": "all",
    "driver": "late_deliveries",
    "importance": 0.05,
    "importance_ci_low": 0.03,
    "importance_ci_high": 0.08,
    "performance_rescaled": 0.75,
    "correlation": -0.2,
    "r_squared": 0.05,
    "n": 3000,
    "customers": 2000,
}
HYPOTHESES = "marts.driver_hypotheses"
HYPOTHESIS: dict[str, object] = {
    "outcome": "csat",
    "driver": "late_deliveries",
    "importance": 0.05,
    "importance_ci_low": 0.03,
    "importance_ci_high": 0.08,
    "experiments": 0,
    "is_untested": True,
    "hypothesis": "Fewer late deliveries raise CSAT.",
    "evidence": "driver late_deliveries",
}
NPS = {"outcome": "nps"}
TESTED = NPS | {"experiments": 1, "is_untested": False, "evidence": None}
GOOD = {
    RESULTS: RESULT,
    CHANNELS: CHANNEL,
    OPEN: WAITING,
    IMPROVED: IMPROVEMENT,
    EXPLAINED: CHANGE,
    BACKTESTS: BAND,
    CUSTOMERS: CUSTOMER,
    ACCOUNTS: ACCOUNT,
    CONTACTS: AFTER_CONTACT,
    DRIVERS: DRIVER,
    HYPOTHESES: HYPOTHESIS,
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one experiment and a sound row of each mart."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.dim_experiments as select 'e' as experiment_id;
            create table marts.follow_up_by_segment as
            select 'all' as period_grain, 'all' as segment_type, 2 as waiting;
            create table marts.dim_customers as select 'k' as customer_id;
            create table marts.dim_accounts as select 'x' as account_id;
            """
        )
        for table, row in GOOD.items():
            columns = ", ".join(f"${name} as {name}" for name in row)
            connection.execute(f"create table {table} as select {columns}", row)
        both = "'all' as band, 200 as customers, 40 as churned, 'predicts' as verdict"
        connection.execute(
            f"alter table {BACKTESTS} alter verdict type varchar;"
            f"insert into {BACKTESTS} select * replace ({both}) from {BACKTESTS};"
            f"update {BACKTESTS} set band = 'poor' where band = 'good'"
        )
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
        (RESULTS, {"lift_relative_ci_low": 0.6}, "lifts_lie_within_their_intervals"),
        (RESULTS, {"lift_any_time_low": 0.6}, "lifts_lie_within_their_intervals"),
        (RESULTS, {"lift_adjusted": 0.9}, "lifts_lie_within_their_intervals"),
        (RESULTS, {"experiment_id": "stranger"}, "results_are_of_known_experiments"),
        (RESULTS, {"subjects": 111}, "values_are_of_subjects"),
        (RESULTS, {"value": None}, "values_are_of_subjects"),
        (RESULTS, {"verdict": None, "verdict_reason": None}, "a_hypothesis_has_a_verdict"),
        (RESULTS, {"verdict_reason": None}, "a_hypothesis_has_a_verdict"),
        (BACKTESTS, {}, None),
        (BACKTESTS, {"predicted_rate": 1.1}, "predicted_rate_in_range"),
        (BACKTESTS, {"brier": 1.1}, "brier_in_range"),
        (BACKTESTS, {"observed_rate_ci_low": 0.21}, "observed_rate_lies_in_its_interval"),
        (BACKTESTS, {"auc": 0.9}, "auc_lies_in_its_interval"),
        (BACKTESTS, {"brier_base": 0.5}, "scores_follow_from_counts"),
        (BACKTESTS, {"lift": -1}, "measures_are_not_negative"),
        (BACKTESTS, {"is_reportable": False}, "unreportable_rows_have_no_score"),
        (BACKTESTS, {"customers": 90, "churned": 18}, "bands_add_up_to_all"),
        (BACKTESTS, {"verdict": "predicts"}, "a_verdict_follows_from_the_interval"),
        (CUSTOMERS, {}, None),
        (CUSTOMERS, {"customer_kind": None, **UNKNOWN}, None),
        (CUSTOMERS, {"p_alive": 1.1}, "p_alive_in_range"),
        (CUSTOMERS, {"tenure_hazard": 1.1}, "tenure_hazard_in_range"),
        (CUSTOMERS, {"churn_probability": -0.1}, "churn_probability_in_range"),
        (CUSTOMERS, {"sentiment_mean": -1.1}, "sentiment_mean_in_range"),
        (CUSTOMERS, {"health": 49.0}, "health_lies_among_its_components"),
        (CUSTOMERS, {"health": None}, "health_lies_among_its_components"),
        (CUSTOMERS, {"customer_kind": None}, "customers_alone_have_a_health"),
        (CUSTOMERS, {"mrr_at_risk": -1}, "measures_are_not_negative"),
        (CUSTOMERS, {"customer_id": "stranger"}, "customers_are_those_of_dim_customers"),
        (ACCOUNTS, {}, None),
        (ACCOUNTS, {"csat_satisfied_rate": 1.1}, "csat_satisfied_rate_in_range"),
        (ACCOUNTS, {"ces_easy_rate": 1.1}, "ces_easy_rate_in_range"),
        (ACCOUNTS, {"nps": 101}, "nps_in_range"),
        (ACCOUNTS, {"health": 101}, "health_in_range"),
        (ACCOUNTS, {"sentiment_mean": 2}, "sentiment_mean_in_range"),
        (ACCOUNTS, {"detractors": 4}, "parts_are_within_their_wholes"),
        (ACCOUNTS, {"open_tickets": -1}, "measures_are_not_negative"),
        (ACCOUNTS, {"account_id": "stranger"}, "accounts_are_those_of_dim_accounts"),
        (CHANNELS, {}, None),
        (CHANNELS, {"p": 1.1}, "p_in_range"),
        (CHANNELS, {"difference": 31.0}, "scores_follow_from_counts"),
        (CHANNELS, {"difference_standardised": 48.0}, "difference_lies_in_its_interval"),
        (CHANNELS, {"other_responses": -1}, "measures_are_not_negative"),
        (OPEN, {}, None),
        (OPEN, {"hours_waited": -0.5}, "measures_are_not_negative"),
        (OPEN, {"mrr": -1}, "measures_are_not_negative"),
        (IMPROVED, {}, None),
        (IMPROVED, {"difference_p": 1.1}, "difference_p_in_range"),
        (IMPROVED, {"effect_p": -0.1}, "effect_p_in_range"),
        (IMPROVED, {"n_rest_after": -1}, "measures_are_not_negative"),
        (IMPROVED, {"value_after": 50.0}, "differences_follow_from_values"),
        (IMPROVED, {"rest_difference": 10.0}, "differences_follow_from_values"),
        (IMPROVED, {"difference_ci_low": 61.0}, "values_lie_within_their_intervals"),
        (IMPROVED, {"effect_ci_high": 39.0}, "values_lie_within_their_intervals"),
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
        (CONTACTS, {"horizon_months": 6}, None),
        (CONTACTS, {"retention_matched": 0.6, "difference": 0.2, "horizon_months": 6}, None),
        (
            CONTACTS,
            {
                "horizon_months": 1,
                "retention_contacted": 1.1,
                "difference": 0.4,
                "difference_ci_high": 0.5,
            },
            "retention_contacted_in_range",
        ),
        (
            CONTACTS,
            {"retention_matched": -0.1, "difference": 0.9, "difference_ci_high": 1.0},
            "retention_matched_in_range",
        ),
        (
            CONTACTS,
            {"horizon_months": 1, "naive_retention_contacted": 1.1, "naive_difference": 0.6},
            "naive_retention_contacted_in_range",
        ),
        (
            CONTACTS,
            {"naive_retention_others": -0.1, "naive_difference": 1.0},
            "naive_retention_others_in_range",
        ),
        (CONTACTS, {"hazard_ratio_p": 1.1}, "hazard_ratio_p_in_range"),
        (CONTACTS, {"difference": 0.15}, "scores_follow_from_counts"),
        (CONTACTS, {"naive_difference": 0.3}, "scores_follow_from_counts"),
        (CONTACTS, {"difference_ci_high": 0.05}, "difference_lies_in_its_interval"),
        (CONTACTS, {"expansion_difference": 0.1}, "scores_follow_from_counts"),
        (CONTACTS, {"expansion_difference_ci_low": 0.3}, "difference_lies_in_its_interval"),
        (CONTACTS, {"matched": 61}, "parts_are_within_their_wholes"),
        (CONTACTS, {"hazard_ratio": -0.1}, "measures_are_not_negative"),
        (CONTACTS, {"is_reportable": False}, "unreportable_rows_have_no_score"),
        (
            CONTACTS,
            {"horizon_months": 6, "retention_matched": 0.75, "difference": 0.05},
            "retention_never_rises",
        ),
        (DRIVERS, NPS, None),
        (DRIVERS, NPS | {"correlation": -1.1}, "correlation_in_range"),
        (DRIVERS, NPS | {"performance_rescaled": 1.1}, "performance_rescaled_in_range"),
        (DRIVERS, NPS | {"importance_ci_low": 0.06}, "importance_lies_in_its_interval"),
        (DRIVERS, NPS | {"r_squared": 0.06}, "importances_add_up_to_what_is_explained"),
        (DRIVERS, {"driver": "reopens"}, "importances_add_up_to_what_is_explained"),
        (DRIVERS, NPS | {"n": -1}, "measures_are_not_negative"),
        (HYPOTHESES, NPS, None),
        (HYPOTHESES, TESTED, None),
        (HYPOTHESES, NPS | {"importance": 0.09}, "importance_lies_in_its_interval"),
        (HYPOTHESES, TESTED | {"experiments": -1}, "measures_are_not_negative"),
        (HYPOTHESES, NPS | {"experiments": 1}, "what_is_untested_alone_is_drafted"),
        (HYPOTHESES, NPS | {"evidence": None}, "what_is_untested_alone_is_drafted"),
        (HYPOTHESES, NPS | {"hypothesis": None}, "what_is_untested_has_a_hypothesis"),
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

"""Landing files for every table of the contract, with planted truth."""

from pathlib import Path

import duckdb

from orchestration.sample import (
    agents,
    complaints,
    crm,
    dirt,
    experiments,
    onboarding,
    orders,
    phrases,
    survey,
    tickets,
    voice,
    web,
)
from orchestration.sample.files import path_of, sampled_tables, write
from orchestration.sample.scope import ENDS_ON, Scope, scratch
from orchestration.sample.truth import (
    ABSENT_EFFECT,
    AGENTS,
    ANSWER_PROBABILITY,
    BOUNCE_PROBABILITY,
    BROKEN_SPLIT,
    CALL_PATIENCE_MEAN_SECONDS,
    CALL_WAIT_MEAN_SECONDS,
    CART_RECOVERY_PROBABILITY,
    CAUSES,
    EMPLOYEE_NPS,
    EXPERIMENT,
    FUNNEL_LOSS,
    INVOLUNTARY_CHURN_PROBABILITY,
    LATE_CALLS,
    LATE_DELIVERY_PROBABILITY,
    LUCKY_AGENT,
    OUTCOME,
    PLANS,
    POSITIVE_PROBABILITY,
    PRICE_PLAN,
    PRICE_PROBABILITY,
    PURCHASES,
    REOPEN_PROBABILITY,
    SPEND,
    TRIAL_CONVERSION_PROBABILITY,
    Causes,
    Dirt,
    Truth,
    cart_abandon_probability,
    net_sentiment_by_source,
    nps_by_plan,
    session_bounce_probability,
    urgent_first_reply_breach_probability,
    voice_share_by_brand,
)


def write_sample(
    out: Path,
    customers: int = 3000,
    days: int = 720,
    seed: int = 1,
    causes: Causes = CAUSES,
) -> Truth:
    """Write landing files `<out>/<source>/<table>/<date>.<format>` and `<out>/truth.json`.

    Args:
        out: The landing zone; the folders of its tables must not exist yet.
        customers: How many sign up; all tables grow in proportion.
        days: Length of the data, which end with 2026-06-30.
        seed: The same seed gives the same files.
        causes: Why customers answer and leave otherwise than others do.

    Returns:
        What was planted, as in truth.json.

    Raises:
        FileExistsError: `out` already holds one of the tables.
        ValueError: so few customers or days that a table would be empty.
    """
    scope = Scope(customers, days, seed, causes)
    with scratch(scope) as connection:
        _build(connection, scope)
        planted = dirt.plant(connection)
        agents.build(connection)
        experiments.build_others(connection, scope)
        onboarding.build(connection)
        complaints.build(connection, scope)
        rows = {path_of(table): write(connection, table, out) for table in sampled_tables()}
        truth = _truth(connection, scope, rows, planted)
    dirt.append_broken(out)
    truth.write(out / "truth.json")
    return truth


def _build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    for source in dict.fromkeys(table.source for table in sampled_tables()):
        connection.execute(f"create schema {source}")
    phrases.build(connection)
    crm.build(connection, scope)
    orders.build(connection, scope)
    tickets.simulate(connection)
    experiments.build(connection, scope)
    survey.build(connection, scope)
    agents.assign(connection)
    tickets.build(connection)
    crm.build_follow_ups(connection)
    voice.build(connection)
    web.build(connection)


def _truth(
    connection: duckdb.DuckDBPyConnection, scope: Scope, rows: dict[str, int], planted: Dirt
) -> Truth:
    shares = survey.expected_shares(connection)
    return Truth(
        customers=scope.customers,
        days=scope.days,
        seed=scope.seed,
        data_ends_on=ENDS_ON.isoformat(),
        nps_by_plan_at_response=nps_by_plan(),
        nps_expected=shares["nps"],
        satisfied_probability_by_csat_instrument=_probabilities("csat"),
        csat_satisfied_share_expected=shares["csat"],
        easy_probability_by_ces_instrument=_probabilities("ces"),
        ces_easy_share_expected=shares["ces"],
        answer_probability_of_delivered_invitation=ANSWER_PROBABILITY,
        bounce_probability=BOUNCE_PROBABILITY,
        late_delivery_probability=LATE_DELIVERY_PROBABILITY,
        late_calls=LATE_CALLS,
        discontent=scope.causes.discontent,
        price_complaint_probability_by_plan={
            plan.name: phrases.price_complaint_probability(
                PRICE_PROBABILITY if plan.name == PRICE_PLAN else 0
            )
            for plan in PLANS
        },
        net_sentiment_by_source=net_sentiment_by_source(),
        voice_share_by_brand=voice_share_by_brand(),
        ticket_reopen_probability=REOPEN_PROBABILITY,
        urgent_first_reply_breach_probability=urgent_first_reply_breach_probability(),
        call_abandon_probability=CALL_WAIT_MEAN_SECONDS
        / (CALL_WAIT_MEAN_SECONDS + CALL_PATIENCE_MEAN_SECONDS),
        trial_conversion_probability=TRIAL_CONVERSION_PROBABILITY,
        involuntary_churn_probability=INVOLUNTARY_CHURN_PROBABILITY,
        late_payments=scope.causes.late_payments,
        churn_factor_of_contact=scope.causes.churn_factor_of_contact,
        points_of_call=scope.causes.points_of_call,
        agents=AGENTS,
        lucky_agent=LUCKY_AGENT,
        employee_nps=EMPLOYEE_NPS.nps,
        funnel_loss=FUNNEL_LOSS,
        cart_abandon_probability=cart_abandon_probability(),
        cart_recovery_probability=CART_RECOVERY_PROBABILITY,
        session_bounce_probability=session_bounce_probability(),
        monthly_churn_probability_by_plan_at_month_start={
            plan.name: plan.monthly_churn_probability for plan in PLANS
        },
        monthly_price_usd_by_plan={plan.name: plan.monthly_price_usd for plan in PLANS},
        purchases_bg_nbd=PURCHASES,
        spend_gamma_gamma=SPEND,
        experiment=EXPERIMENT,
        experiment_with_outcome=OUTCOME,
        experiment_with_broken_split=BROKEN_SPLIT,
        experiment_without_effect=ABSENT_EFFECT,
        orders_outside_bg_nbd_by_status=orders.extras_by_status(connection),
        rows={path: count + planted.quarantined.get(path, 0) for path, count in rows.items()},
        dirt=planted,
    )


def _probabilities(metric: str) -> dict[str, float]:
    return {
        instrument: probability
        for instrument, probability in POSITIVE_PROBABILITY.items()
        if instrument.startswith(metric)
    }

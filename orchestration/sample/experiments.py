"""The register of planted experiments, who was put into which variant, and what came of it."""

from datetime import timedelta

import duckdb

from orchestration.sample.scope import DAY, ENDS_ON, Scope
from orchestration.sample.truth import ABSENT_EFFECT, BROKEN_SPLIT, EXPERIMENT, OUTCOME

_WINDOW_DAYS = 60

# The window opens after the first two thirds of the data.
_ASSIGNMENTS = """
create table experiments.assignments as
select
    $experiment_id as experiment_id,
    customer_id,
    if(u('variant', customer) < 0.5, 'control', 'treatment') as variant,
    later(ends_at(), $opens_seconds + $window_seconds * u('assigned', customer)) as assigned_at,
    landing(assigned_at, customer_id) as landed_on,
from sim.customers
where u('takes part', customer) < $assigned_share and assigned_at > signed_up_at
"""

# The two shares are no part of the contract.
_REGISTER = """
create table experiments.experiments as
with registered(
    experiment_id, hypothesis, evidence, metric, expected_effect, impact, confidence, ease,
    starts_on, window_days, control_share, assigned_share
) as (
    values
    (
        $effect, 'A shorter checkout satisfies more buyers.', 'Comments on the checkout',
        'csat_purchase', 0.05, 8, 6, 4, $opens_on, $long_window_days, 0.5, 0
    ),
    (
        $outcome, 'Suggestions bring people to an answer sooner.', 'Five usability tests',
        'minutes_to_answer', -3, 6, 7, 5, $starts_on, $window_days, 0.5, 0.8
    ),
    (
        $absent, 'A reminder makes customers order more often.', 'A guess',
        'orders', 0.5, 5, 3, 9, $starts_on, $window_days, 0.5, 0.8
    ),
    (
        $broken, 'A dark theme keeps visitors longer.', 'Posts in the forum; driver sessions',
        'engaged_session_rate', 0.02, 2, 4, 3, $starts_on, $window_days, $broken_share, 0.8
    )
)
select
    *,
    'done' as status,
    starts_on + $enrolment_days as ends_on,
    20 as minimum_sample,
    'control' as control_variant,
    'control:1,treatment:1' as planned_split,
    last_day(starts_on) as landed_on,
from registered
"""

_OTHER_ASSIGNMENTS = """
insert into experiments.assignments by name
select
    experiment_id,
    customer_id,
    if(u(experiment_id, customer) < control_share, 'control', 'treatment') as variant,
    null as assigned_at,
    landed_on,
from experiments.experiments, sim.customers
where u('in ' || experiment_id, customer) < assigned_share and signed_up_at < starts_on
"""

_OUTCOMES = """
create table experiments.outcomes as
select
    experiment_id,
    customer_id,
    if(experiment_id = $outcome, 'minutes_to_answer', 'opened') as metric,
    if(
        experiment_id = $outcome,
        round(
            exponential(if(variant = 'control', $control, $treatment), 'minutes', customer_id), 2
        ),
        (u('opens', customer_id) < 0.3)::integer
    ) as value,
    null::timestamp as observed_at,
    landed_on,
from experiments.assignments
where experiment_id in ($outcome, $absent)
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create experiments.assignments; customers signed up by their turn take part."""
    days = scope.days // 3
    connection.execute(
        _ASSIGNMENTS,
        {
            "experiment_id": EXPERIMENT.experiment_id,
            "assigned_share": EXPERIMENT.assigned_share,
            "opens_seconds": -days * DAY,
            "window_seconds": min(days, _WINDOW_DAYS) * DAY,
        },
    )


def build_others(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create the register and outcomes, and assign customers from their experiment's start on."""
    days = scope.days // 3
    names = {"outcome": OUTCOME.experiment_id, "absent": ABSENT_EFFECT}
    connection.execute(
        _REGISTER,
        names
        | {
            "effect": EXPERIMENT.experiment_id,
            "broken": BROKEN_SPLIT.experiment_id,
            "broken_share": BROKEN_SPLIT.control_share,
            "opens_on": ENDS_ON + timedelta(days=1 - days),
            "enrolment_days": min(days, _WINDOW_DAYS),
            # So that the windows of a long sample are over, five days before its end.
            "long_window_days": max(28, days - _WINDOW_DAYS - 5),
            "starts_on": ENDS_ON + timedelta(days=1 - scope.days // 2),
            "window_days": min(_WINDOW_DAYS, scope.days // 4),
        },
    )
    connection.execute(_OTHER_ASSIGNMENTS)
    connection.execute(
        _OUTCOMES,
        names | {"control": OUTCOME.control_mean, "treatment": OUTCOME.treatment_mean},
    )
    connection.execute(
        "alter table experiments.experiments drop control_share;"
        "alter table experiments.experiments drop assigned_share"
    )

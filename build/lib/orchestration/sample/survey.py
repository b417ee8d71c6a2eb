"""Questions asked, invitations sent and answers given."""

import duckdb
import numpy as np

from orchestration.sample import discontent, recovery
from orchestration.sample.scope import DAY, Scope
from orchestration.sample.truth import (
    ANSWER_PROBABILITY,
    BOUNCE_PROBABILITY,
    EXPERIMENT,
    PLANS,
    POSITIVE_PROBABILITY,
    PRICE_PLAN,
    PRICE_PROBABILITY,
)
from orchestration.settings import PROJECT_ROOT

REGISTRY = PROJECT_ROOT / "seeds" / "survey_instruments.csv"

_OWN_INSTRUMENT = """
create table survey.instruments as
select
    'nps_app' as instrument_id,
    'nps' as metric,
    '1.0' as version,
    'How likely are you to recommend our app?' as question,
    0 as scale_min,
    10 as scale_max,
    true as higher_is_better,
    9 as positive_min,
    10 as positive_max,
    7 as passive_min,
    'customer' as audience,
    (select last_day(min(signed_up_at)) from sim.customers) as landed_on
"""

_INSTRUMENTS = """
create table sim.instruments as
select instrument_id, metric, scale_min, scale_max, higher_is_better, positive_min, positive_max,
    passive_min,
from read_csv($registry)
union all
select instrument_id, metric, scale_min, scale_max, higher_is_better, positive_min, positive_max,
    passive_min,
from survey.instruments
"""

# `mood` is shared by a customer's k-th NPS answer and answer about the k-th purchase, or by the
# answers about one ticket: it correlates the metrics and leaves answers to one metric independent.
_ASKED = """
create table sim.asked as
with relationship as (
    select
        'n' || customer || '-' || k as ask,
        if(u('in app', ask) < 0.06, 'nps_app', 'nps_relationship') as instrument_id,
        customer,
        customer * 1000 + k as mood,
        later(signed_up_at, 86400 * (30 + 90 * k + 20 * u('when', ask))) as sent_at,
        'relationship' as touchpoint,
        null as order_id,
        null::bigint as ticket,
    from (
        select
            *,
            unnest(range(1 + days_between(signed_up_at, until_at) // 90)) as k,
        from sim.customers
    ) where sent_at < until_at
    order by sent_at, ask
),

purchase as (
    select
        'p' || purchase as ask,
        'csat_purchase',
        customer,
        purchase,
        later(ordered_at, 86400 * (2 + 3 * u('when', ask))) as asked_at,
        'delivery',
        order_id,
        null,
    from sim.purchases where u('asks', purchase) < 0.8 and asked_at < ends_at()
),

support as (
    select
        's' || ticket as ask,
        if(u('recommends', ask) < 0.25, 'nps_transactional', 'csat_support'),
        customer,
        -ticket,
        later(solved_at, 3600) as asked_at,
        if(channel = 'phone', 'support_call', 'support_ticket'),
        null,
        ticket,
    from sim.tickets where is_solved and u('asks', ask) < 0.8
),

effort as (
    select
        'e' || ticket as ask,
        if(
            solved_at < later(ends_at(), -$halfway) and u('old question', ask) < 0.5,
            'ces_1_0',
            'ces_2_0'
        ),
        customer,
        -ticket,
        later(solved_at, 7200) as asked_at,
        if(channel = 'phone', 'support_call', 'support_ticket'),
        null,
        ticket,
    from sim.tickets where is_solved and u('asks', ask) < 0.6
)

select * from relationship
union all select * from purchase
union all select * from support
union all select * from effort
"""

_INVITED = """
create table sim.invited as
select
    *,
    case
        when instrument_id = 'nps_app' then 'in_app'
        else pick(['email', 'email', 'email', 'sms'], 'ask channel', ask)
    end as channel,
    u('bounces', ask) < $bounce as bounced,
    later(sent_at, 300 + least(exponential(86400, 'answer time', ask), 864000)) as responded_at,
    not bounced and u('answers', ask) < $answer and responded_at < ends_at() as is_answered,
from sim.asked
"""

# Plan as of the answer, and variant where the customer was assigned before it.
_CHANCES = """
create view sim.chances as
select
    invited.*,
    plan_chances.promoter,
    plan_chances.passive,
    plans.plan as plan_then,
    assignments.variant,
from sim.invited as invited
asof join sim.plans as plans
    on invited.customer = plans.customer and invited.responded_at >= plans.updated_at
join plan_chances on plans.plan = plan_chances.plan
left join experiments.assignments as assignments
    on 'C' || invited.customer = assignments.customer_id
    and invited.responded_at > assignments.assigned_at
where is_answered
"""

_ANSWERS = """
create table sim.answers as
with planted as (
    select
        * exclude (passive),
        least(1, coalesce(factor, 1) * case
            when metric = 'nps' then promoter
            when instrument_id = 'csat_purchase' and variant = 'treatment' then $treatment
            when instrument_id = 'csat_purchase' and variant = 'control' then $control
            else positive_probability
        end) as positive,
        if(metric = 'nps', passive, 0) as passive,
        if(u('follows mood', ask) < 0.7, u('mood', mood), u('own mood', ask)) as luck,
        u('within band', ask) as within,
    from sim.chances
    join sim.instruments using (instrument_id)
    left join positive_chances using (instrument_id)
    left join sim.factors using (ask)
),

banded as (
    select
        *,
        case
            when luck < positive then 'positive'
            when luck < positive + passive then 'neutral'
            else 'negative'
        end as band,
        -- Scores far below the band are rarer than those next to it.
        floor(within ** 2 * if(higher_is_better,
            coalesce(passive_min, positive_min) - scale_min, scale_max - positive_max
        )) as depth,
    from planted
)

select
    *,
    case
        when u('partial', ask) < 0.01 then null
        when band = 'positive'
            then positive_min + floor(within * (positive_max - positive_min + 1))
        when band = 'neutral' then passive_min + floor(within * (positive_min - passive_min))
        when higher_is_better then coalesce(passive_min, positive_min) - 1 - depth
        else positive_max + 1 + depth
    end::integer as score,
    if(metric <> 'nps' and band = 'negative' and depth = 0, 'neutral', band) as tone,
    'R-' || ask as response_id,
from banded
"""

_RESPONSES = """
create table survey.responses as
select
    response_id,
    instrument_id,
    customer_id,
    responded_at,
    score,
    case
        when u('comments', ask) >= 0.3 then null
        when tone = 'negative' and plan_then = $price_plan and u('price', ask) < $price
            then about_price
        else pick(phrases, 'comment', ask)
    end as comment,
    if(comment is null, null, language) as language,
    channel,
    touchpoint,
    order_id,
    'T' || ticket as ticket_id,
    landing(responded_at, ask) as landed_on,
from sim.answers
join sim.customers using (customer)
join sim.phrases using (language, tone)
"""

# An invitation is sent to the warehouse once its answer is known, or with its own month.
_INVITATIONS = """
create table survey.invitations as
select
    'I-' || ask as invitation_id,
    instrument_id,
    'C' || customer as customer_id,
    sent_at,
    channel,
    if(is_answered, 'R-' || ask, null) as response_id,
    bounced,
    landing(if(is_answered, responded_at, sent_at), 'I' || ask) as landed_on,
from sim.invited
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create survey.instruments, survey.responses, survey.invitations and `sim.answers`."""
    connection.register(
        "plan_chances",
        {
            "plan": np.array([plan.name for plan in PLANS]),
            "promoter": np.array([plan.promoter_probability for plan in PLANS]),
            "passive": np.array([plan.passive_probability for plan in PLANS]),
        },
    )
    connection.register(
        "positive_chances",
        {
            "instrument_id": np.array(list(POSITIVE_PROBABILITY)),
            "positive_probability": np.array(list(POSITIVE_PROBABILITY.values())),
        },
    )
    connection.execute(_OWN_INSTRUMENT)
    connection.execute(_INSTRUMENTS, {"registry": str(REGISTRY)})
    connection.execute(_ASKED, {"halfway": scope.days * DAY // 2})
    connection.execute(_INVITED, {"bounce": BOUNCE_PROBABILITY, "answer": ANSWER_PROBABILITY})
    connection.execute("drop table sim.asked")
    connection.execute(_CHANCES)
    discontent.build(connection, scope.causes.discontent)
    connection.execute(
        _ANSWERS,
        {
            "treatment": EXPERIMENT.treatment_satisfied_probability,
            "control": EXPERIMENT.control_satisfied_probability,
        },
    )
    recovery.build(connection, scope.causes.points_of_call)
    connection.execute(_RESPONSES, {"price_plan": PRICE_PLAN, "price": PRICE_PROBABILITY})
    connection.execute(_INVITATIONS)
    connection.execute("drop view sim.chances; drop table sim.invited; drop table sim.factors")
    for view in ("plan_chances", "positive_chances"):
        connection.unregister(view)


def expected_shares(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Mean planted figure over the scored answers given: NPS, and the shares of csat and ces."""
    rows = connection.execute(
        """
        select metric, avg(if(metric = 'nps', 100 * (2 * positive + passive - 1), positive))
        from sim.answers where score is not null group by metric
        """
    ).fetchall()
    # Threads add up in any order, which shows in the last digits.
    return {metric: round(share, 6) for metric, share in rows}

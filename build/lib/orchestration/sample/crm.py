"""Customers, accounts, subscriptions and follow-ups."""

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from orchestration.sample import accounts, tickets
from orchestration.sample.scope import ENDS_AT, Scope
from orchestration.sample.subscriptions import NEVER, TRIAL_SECONDS, TRIAL_SHARE, live
from orchestration.sample.truth import (
    INVOLUNTARY_CHURN_PROBABILITY,
    PLANS,
    TRIAL_CONVERSION_PROBABILITY,
)

# Of those who did not sign up with a trial: so many that trials pay with the planted probability.
LOST_TRIAL_SHARE = TRIAL_SHARE * (1 / TRIAL_CONVERSION_PROBABILITY - 1) / (1 - TRIAL_SHARE)

# Country, region and language, roughly from the frequent to the rare.
_PLACES = """
create table sim.places as
select *, (row_number() over ())::integer as place
from (values
    ('US', 'California', 'en'), ('DE', 'Bayern', 'de'), ('GB', 'England', 'en'),
    ('US', 'New York', 'en'), ('FR', 'Île-de-France', 'fr'), ('DE', 'Berlin', 'de'),
    ('ES', 'Madrid', 'es'), ('US', 'Texas', 'en'), ('DE', 'Hamburg', 'de'),
    ('FR', 'Occitanie', 'fr'), ('GB', 'Scotland', 'en'), ('AT', 'Wien', 'de'),
    ('ES', 'Cataluña', 'es'), ('IE', 'Leinster', 'en')
) as places (country, region, language)
"""

# Squared, so that the places early in the list are more frequent. A few customers move to the next
# place of the list while they subscribe; a few of those gone ask to be deleted a month later.
_PEOPLE = """
create table sim.customers as
select
    customer,
    'C' || customer as customer_id,
    at_second(signed_up) as signed_up_at,
    at_second(until) as until_at,
    place,
    language,
    if(u('moves', customer) < 0.02 and days_between(signed_up_at, until_at) > 0,
        daytime(signed_up_at, until_at, 'moved', customer), null) as moved_at,
    if(u('leaves for good', customer) < 0.05 and until_at < ends_at(),
        later(until_at, 2592000 + exponential(864000, 'deleted', customer)), null) as deleted_at,
from people
join sim.places
    on place = 1 + floor(u('place', customer) ** 2 * (select count(*) from sim.places))::integer
"""

_PLAN_VERSIONS = """
create table sim.plans as
select customer, at_second(updated) as updated_at, plan_name as plan,
from plan_versions join price_list using (plan)
"""

_CUSTOMERS = """
create table crm.customers as
with changes as (
    select customer, moved_at as updated_at from sim.customers where moved_at is not null
    union all
    select customer, deleted_at from sim.customers where deleted_at < ends_at()
),

versions as (
    from sim.plans
    union all
    select changes.*, plan,
    from changes asof join sim.plans using (customer, updated_at)
),

named as (
    select
        * exclude (place),
        if(updated_at >= moved_at, place % (select count(*) from sim.places) + 1, place) as place,
        pick(
            ['Ana', 'Ben', 'Clara', 'David', 'Eva', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas'],
            'first name', customer
        ) as first,
        pick(
            ['Abel', 'Becker', 'Castro', 'Dubois', 'Evans', 'Fischer', 'Garcia', 'Hughes', 'Jung'],
            'last name', customer
        ) as last,
    from versions join sim.customers using (customer)
)

select
    customer_id,
    updated_at,
    if(is_by_subscription, null, account_id) as account_id,
    lower(first || '.' || last) || '.' || customer || '@example.com' as email,
    first || ' ' || last as full_name,
    country,
    region,
    pick(['Retail', 'Software', 'Manufacturing', 'Healthcare', 'Education', 'Finance'],
        'industry', customer) as industry,
    plan,
    pick(['Search', 'Search', 'Referral', 'Social', 'Partner', 'Event'],
        'acquisition', customer) as acquisition_channel,
    pick(['18-24', '25-34', '25-34', '35-44', '35-44', '45-54', '55-64', '65+'],
        'age', customer) as age_band,
    signed_up_at,
    coalesce(updated_at >= deleted_at, false) as is_deleted,
    landing(updated_at, customer_id || updated_at) as landed_on,
from named join sim.places using (place) left join sim.members using (customer)
"""

# Every trial at signing up pays. Some who began without one try a second subscription, in vain.
_SUBSCRIPTIONS = """
create table crm.subscriptions as
with tried as (
    from subscription_versions
    where number = 1 and status = 'active' and updated = started
        and u('tries', customer) < $lost_trials
),

versions as (
    select *, 'S' || customer || '-' || number as subscription_id from subscription_versions
    union all
    select * replace ('trialing' as status), 'S' || customer || '-trial' from tried
    union all
    select
        * replace ('canceled' as status, started + $trial as updated, started + $trial as ended),
        'S' || customer || '-trial',
    from tried
    where at_second(started + $trial) < ends_at()
)

select
    subscription_id,
    at_second(updated) as updated_at,
    'C' || customer as customer_id,
    plan_name as plan,
    case when status in ('trialing', 'canceled') then 0 else price end::decimal(18, 2) as mrr,
    'USD' as currency,
    status,
    at_second(started) as started_at,
    at_second(nullif(ended, $never)) as ended_at,
    at_second(nullif(renewed, $never)) as renewed_at,
    case when status = 'canceled' then if(
        u('involuntary', subscription_id) < $involuntary,
        'payment_failed',
        pick(['too expensive', 'missing feature', 'switched', 'unused'], 'reason', subscription_id)
    ) end as cancel_reason,
    if(is_by_subscription, account_id, null) as account_id,
    landing(at_second(updated), subscription_id || updated) as landed_on,
from versions join price_list using (plan) left join sim.members using (customer)
"""

_FOLLOW_UPS = """
create table crm.follow_ups as
select
    'F-' || ask as follow_up_id,
    response_id,
    pick(['Ada', 'Bo', 'Chidi', 'Dana'], 'owner', ask) as owner,
    later(responded_at, 3600 + exponential(86400, 'contact', ask)) as contacted_at,
    later(contacted_at, 3600 + exponential(172800, 'resolve', ask)) as closed_at,
    case when closed_at < ends_at() then closed_at end as resolved_at,
    case when closed_at < ends_at()
        then pick(['recovered', 'explained', 'refunded', 'not reached'], 'outcome', ask)
    end as outcome,
    landing(coalesce(resolved_at, contacted_at), ask) as landed_on,
from sim.answers
where metric = 'nps' and band = 'negative' and score is not null
    and u('follow-up', ask) < 0.6 and contacted_at < ends_at();
alter table crm.follow_ups drop closed_at
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Create crm.customers, crm.accounts, crm.subscriptions, `sim.customers` and `sim.plans`."""
    book = live(scope)
    if scope.causes.churn_factor_of_contact != 1:
        book = live(scope, tickets.first_contacts(connection, book.signed_up))
    everybody = np.arange(scope.customers)
    first_plans = {"customer": everybody, "updated": book.signed_up, "plan": book.first_plan}
    connection.register(
        "price_list",
        {
            "plan": np.arange(len(PLANS)),
            "plan_name": np.array([plan.name for plan in PLANS]),
            "price": np.array([plan.monthly_price_usd for plan in PLANS]),
        },
    )
    connection.register("plan_versions", _stacked([first_plans, *book.plan_changes]))
    connection.register("subscription_versions", _stacked(book.versions))
    until = np.minimum(book.ended, ENDS_AT)
    people = {"customer": everybody, "signed_up": book.signed_up, "until": until}
    connection.register("people", people)
    connection.execute(_PLACES)
    connection.execute(_PEOPLE)
    accounts.build(connection, scope)
    connection.execute(_PLAN_VERSIONS)
    connection.execute(_CUSTOMERS)
    connection.execute(
        _SUBSCRIPTIONS,
        {
            "never": NEVER,
            "trial": TRIAL_SECONDS,
            "lost_trials": LOST_TRIAL_SHARE,
            "involuntary": INVOLUNTARY_CHURN_PROBABILITY,
        },
    )
    for view in ("people", "subscription_versions", "plan_versions", "price_list"):
        connection.unregister(view)


def build_follow_ups(connection: duckdb.DuckDBPyConnection) -> None:
    """Create crm.follow_ups from the answers in `sim.answers`."""
    connection.execute(_FOLLOW_UPS)


def _stacked(parts: list[dict[str, npt.NDArray[Any]]]) -> dict[str, npt.NDArray[Any]]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

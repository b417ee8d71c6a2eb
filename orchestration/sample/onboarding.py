"""Whether customers set up what they bought: where the funnel loses those of one channel."""

import duckdb

from orchestration.sample.truth import FUNNEL_LOSS

_QUESTION = """
insert into survey.instruments by name
select distinct on (instrument_id) * replace (
    'setup_check' as instrument_id,
    'other' as metric,
    'Have you set it up?' as question,
    1 as scale_max,
    1 as positive_min,
    1 as positive_max,
    null as passive_min
)
from survey.instruments
where instrument_id = 'nps_app'
"""

# Those who set up do so on the day after whatever takes them to a purchase, so that of those in a
# funnel they are the share that goes on. Who has never been seen on the website is in no funnel.
_ANSWERS = """
insert into survey.responses by name
with channels as (
    select customer_id, any_value(acquisition_channel) as acquisition_channel
    from crm.customers group by customer_id
),

bought as (
    select customer_id, ordered_at as happened_at from orders.orders
    union all
    select customer_id, responded_at from survey.responses where touchpoint = 'delivery'
    union all
    select visitors.customer_id, occurred_at
    from web.events
    join (select distinct visitor_id, customer_id from sim.sessions) as visitors using (visitor_id)
    where event_type = 'purchase' and visitors.customer_id is not null
),

days as (
    select distinct customer_id, happened_at::date as day
    from bought
    where customer_id in (select customer_id from sim.sessions)
)

select
    'R-setup-' || customer_id || '-' || day as response_id,
    'setup_check' as instrument_id,
    customer_id,
    later(day, 86400 * (1 + u('sets up at', response_id))) as responded_at,
    1 as score,
    'in_app' as channel,
    'first_login' as touchpoint,
    last_day(responded_at) as landed_on,
from days
join channels using (customer_id)
where responded_at < ends_at()
    and u('sets up', customer_id) < if(acquisition_channel = $channel, $lost_channel, $elsewhere)
"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Add a question to survey.instruments and its answers to survey.responses."""
    connection.execute(_QUESTION)
    connection.execute(
        _ANSWERS,
        {
            "channel": FUNNEL_LOSS.acquisition_channel,
            "lost_channel": FUNNEL_LOSS.probability,
            "elsewhere": FUNNEL_LOSS.probability_elsewhere,
        },
    )

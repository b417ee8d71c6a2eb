"""What makes customers less satisfied than others: a late delivery, and a channel since a day.

Whoever it does not befall is as much more satisfied, so that the planted shares of each question
stay what they are.
"""

import duckdb

from orchestration.sample.truth import Discontent

# A factor for each answer to a CSAT question; of a late delivery, once its promise is past.
_FACTORS = """
create table sim.factors as
with known as (
    select
        chances.ask,
        chances.instrument_id,
        customers.acquisition_channel,
        coalesce(late.promised_at < chances.responded_at, false) as is_late,
        customers.acquisition_channel = $channel
            and chances.responded_at >= $since::timestamp as is_since,
    from sim.chances as chances
    left join (
        select distinct order_id, promised_at from orders.orders where delivered_at > promised_at
    ) as late using (order_id)
    left join (select distinct customer_id, acquisition_channel from crm.customers) as customers
        on 'C' || chances.customer = customers.customer_id
    where starts_with(chances.instrument_id, 'csat')
),

shares as (
    select
        *,
        avg(is_late::integer) over (partition by instrument_id) as late_share,
        avg(is_since::integer) over (partition by acquisition_channel) as since_share,
    from known
)

select
    ask,
    if(is_late, $late, (1 - $late * late_share) / (1 - late_share))
    * if(is_since, $moved, (1 - $moved * since_share) / (1 - since_share)) as factor,
from shares
"""


def build(connection: duckdb.DuckDBPyConnection, planted: Discontent) -> None:
    """Create `sim.factors` of `sim.chances`: what chances to be satisfied are multiplied by."""
    connection.execute(
        _FACTORS,
        {
            "channel": planted.acquisition_channel,
            "since": planted.since,
            "late": planted.factor_of_late_delivery,
            "moved": planted.factor_of_channel,
        },
    )

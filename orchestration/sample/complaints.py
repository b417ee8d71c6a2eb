"""Calls about deliveries that come too late, and mentions of the price by those who will leave."""

import duckdb

from orchestration.sample.scope import Scope
from orchestration.sample.tickets import WAITS, answered
from orchestration.sample.truth import LATE_CALLS

_OFFERED = """
select distinct
    'l' || order_id as call,
    customer_id,
    null as ticket_id,
    later(promised_at, 86400 * $days * u('late call at', order_id)) as queued_at,
from orders.orders
where delivered_at > promised_at and u('late call', order_id) < $probability
    and queued_at < ends_at()
"""


_MENTIONED = """
insert into voice.mentions by name
select
    'MP' || customer as mention_id,
    customer_id,
    'forum' as platform,
    '@user' || customer as author_handle,
    about_price as body,
    language,
    greatest(signed_up_at, later(until_at, -86400 * (120 * u('price', customer)))) as posted_at,
    landing(posted_at, customer) as landed_on,
from sim.customers
join (select distinct language, about_price from sim.phrases) using (language)
where until_at < ends_at() and u('leaves for the price', customer) < $probability
"""


def build(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Add calls to tickets.calls, and mentions to voice.mentions."""
    connection.execute(_MENTIONED, {"probability": scope.causes.price_mentioned_before_leaving})
    calls = answered(_OFFERED, landed_on="last_day(queued_at)")
    connection.execute(
        f"insert into tickets.calls by name {calls}",
        {**WAITS, "probability": LATE_CALLS.probability, "days": LATE_CALLS.days},
    )

"""Calls about deliveries that come too late."""

import duckdb

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


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Add calls to tickets.calls."""
    calls = answered(_OFFERED, landed_on="last_day(queued_at)")
    connection.execute(
        f"insert into tickets.calls by name {calls}",
        {**WAITS, "probability": LATE_CALLS.probability, "days": LATE_CALLS.days},
    )

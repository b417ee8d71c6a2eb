"""Calls about deliveries that come too late."""

import duckdb

from orchestration.sample.truth import (
    CALL_PATIENCE_MEAN_SECONDS,
    CALL_WAIT_MEAN_SECONDS,
    LATE_CALLS,
)

_CALLS = """
insert into tickets.calls by name
with late as (
    select distinct
        'l' || order_id as call_id,
        customer_id,
        later(promised_at, 86400 * $days * u('late call at', order_id)) as queued_at,
    from orders.orders
    where delivered_at > promised_at and u('late call', order_id) < $probability
),

waited as (
    select
        *,
        ceil(exponential($wait, 'wait', call_id)) as wait_seconds,
        ceil(exponential($patience, 'patience', call_id)) as patience_seconds,
    from late
)

select
    call_id,
    customer_id,
    queued_at,
    if(wait_seconds > patience_seconds, null, later(queued_at, wait_seconds)) as answered_at,
    if(wait_seconds > patience_seconds, later(queued_at, patience_seconds),
        later(queued_at, wait_seconds + 30 + exponential(240, 'talk', call_id))) as ended_at,
    last_day(queued_at) as landed_on,
from waited
where queued_at < ends_at()
"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Add calls to tickets.calls."""
    connection.execute(
        _CALLS,
        {
            "probability": LATE_CALLS.probability,
            "days": LATE_CALLS.days,
            "wait": CALL_WAIT_MEAN_SECONDS,
            "patience": CALL_PATIENCE_MEAN_SECONDS,
        },
    )

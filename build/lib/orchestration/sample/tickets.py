"""Tickets that walk through a state machine, and calls."""

import duckdb
import numpy as np
import numpy.typing as npt

from orchestration.sample.truth import (
    ASSIGNMENT_MEAN_SECONDS,
    CALL_PATIENCE_MEAN_SECONDS,
    CALL_WAIT_MEAN_SECONDS,
    PREPARATION_SECONDS,
    REOPEN_PROBABILITY,
    REPLY_MEAN_SECONDS,
)

_STAYERS = """
create table sim.customers as
select customer, 'C' || customer as customer_id, at_second("at") as signed_up_at,
    ends_at() as until_at,
from sign_ups
"""

_FIRST = """
select epoch(least(
    ends_at(),
    min(tickets.created_at),
    min(calls.queued_at)
))::bigint as first
from sim.customers
left join sim.tickets as tickets using (customer)
left join tickets.calls as calls on calls.customer_id = customers.customer_id
group by customer order by customer
"""

# Drawn as if nobody left: who is about to leave asks no more than others do.
_CONTACTS = """
create view sim.contacts as
select
    customer,
    customer_id,
    until_at,
    unnest(range(how_many(0.006, 50, signed_up_at, ends_at(), 'contacts', customer))) as contact,
    -- Unique, as nobody has more than 50.
    customer * 100 + contact as ticket,
    daytime(signed_up_at, ends_at(), 'contact', ticket) as created_at,
from sim.customers
"""

# A ticket is solved only if a reopening would still fall into the data: so the share reopened
# of those solved is the planted one right up to the end. In the order of time, so that the files
# of the months are cut from neighbouring rows.
_TICKETS = """
create table sim.tickets as
select
    *,
    u('round', ticket) < 0.5 as has_round,
    u('hold', ticket) < 0.1 as has_hold,
    pick(['email', 'email', 'web', 'chat', 'phone'], 'ticket channel', ticket) as channel,
    later(created_at, $prepare + exponential($assign, 'assign', ticket)) as assigned_at,
    later(assigned_at, $prepare + exponential($reply, 'reply', ticket)) as replied_at,
    if(has_round, later(replied_at, 600 + exponential(43200, 'answer', ticket)), replied_at)
        as answered_at,
    if(has_round, later(answered_at, 600 + exponential(14400, 'again', ticket)), replied_at)
        as replied_again_at,
    later(replied_again_at, 600) as held_at,
    if(has_hold, later(held_at, 3600 + exponential(86400, 'hold time', ticket)), replied_again_at)
        as released_at,
    later(released_at, 600 + exponential(21600, 'solve', ticket)) as solved_at,
    solved_at < ends_at() - interval 4 days and u('solved', ticket) < 0.95 as is_solved,
    is_solved and u('reopen', ticket) < $reopen as is_reopened,
    later(solved_at, 600 + 259200 * u('reopen time', ticket)) as reopened_at,
    later(reopened_at, 3600 + exponential(43200, 'mend', ticket)) as solved_again_at,
    later(if(is_reopened, solved_again_at, solved_at), 604800) as closed_at,
from sim.contacts
where u('season', ticket) < season(created_at) and created_at < until_at
order by created_at, ticket
"""

_LINKS = """
create table sim.follow_up_tickets as
with before as (
    select
        ticket,
        created_at,
        lag(ticket) over (partition by customer order by created_at, ticket) as origin,
        lag(is_solved) over (partition by customer order by created_at, ticket) as origin_solved,
        lag(closed_at) over (partition by customer order by created_at, ticket) as origin_closed_at,
    from sim.tickets
)
select ticket, origin, from before
where origin_solved and origin_closed_at < created_at and u('follow up', ticket) < 0.1
"""

_VERSIONS = """
create table tickets.tickets as
with versions as (
    select *, created_at as updated_at, false as has_agent, from sim.tickets
    union all
    select *, assigned_at, true, from sim.tickets where assigned_at < ends_at()
)
select
    'T' || ticket as ticket_id,
    updated_at,
    customer_id,
    pick(['Invoice question', 'Cannot log in', 'Delivery is late', 'How do I export?',
        'Wrong item', 'App crashes', 'Cancel my plan'], 'subject', ticket) as subject,
    channel,
    pick(['normal', 'normal', 'normal', 'low', 'high', 'urgent'], 'priority', ticket) as priority,
    if(has_agent, assigned.group_name, null) as group_name,
    if(has_agent, assigned.agent_id, null) as agent_id,
    created_at,
    'T' || origin as follow_up_of_ticket_id,
    if(has_agent, 'open', 'new') as status,
    landing(updated_at, ticket_id || has_agent) as landed_on,
from versions
join sim.assigned as assigned using (ticket)
left join sim.follow_up_tickets using (ticket)
"""

# Condition, instant, event type, actor type, status before and after: one step of the machine.
_STEPS = (
    ("true", "created_at", "created", "customer", None, "new"),
    ("true", "assigned_at", "assigned", "system", None, None),
    ("true", "assigned_at", "status_changed", "agent", "new", "open"),
    ("priority_changes", "assigned_at", "priority_changed", "agent", None, None),
    ("true", "replied_at", "public_reply", "agent", None, None),
    ("has_round", "replied_at", "status_changed", "agent", "open", "pending"),
    ("has_round", "answered_at", "public_reply", "customer", None, None),
    ("has_round", "answered_at", "status_changed", "system", "pending", "open"),
    ("has_round", "replied_again_at", "public_reply", "agent", None, None),
    ("has_hold", "held_at", "internal_note", "agent", None, None),
    ("has_hold", "held_at", "status_changed", "agent", "open", "on_hold"),
    ("has_hold", "released_at", "status_changed", "agent", "on_hold", "open"),
    ("is_solved", "solved_at", "status_changed", "agent", "open", "solved"),
    ("is_reopened", "reopened_at", "public_reply", "customer", None, None),
    ("is_reopened", "reopened_at", "status_changed", "system", "solved", "open"),
    ("is_reopened", "solved_again_at", "public_reply", "agent", None, None),
    ("is_reopened", "solved_again_at", "status_changed", "agent", "open", "solved"),
    ("is_solved", "closed_at", "status_changed", "system", "solved", "closed"),
)

# A second per step keeps the order of events that share an instant.
_EVENTS = """
create table tickets.events as
with happened as (
    select *, u('priority change', ticket) < 0.05 as priority_changes, from sim.tickets
),

events as (
    {steps}
)

select
    'E' || ticket || '-' || step as event_id,
    'T' || ticket as ticket_id,
    event_type,
    actor_type,
    case actor_type
        when 'agent' then agent_id
        when 'customer' then customer_id
    end as actor_id,
    old_status,
    new_status,
    occurred_at,
    landing(occurred_at, event_id) as landed_on,
from events join sim.assigned using (ticket)
where occurred_at < ends_at()
"""

WAITS = {"wait": CALL_WAIT_MEAN_SECONDS, "patience": CALL_PATIENCE_MEAN_SECONDS}

# Every ticket by phone has its call; half of those who stay call once more without a ticket.
_OFFERED = """
select 't' || ticket as call, customer_id, 'T' || ticket as ticket_id,
    later(created_at, -180) as queued_at,
from sim.tickets where channel = 'phone'
union all
select 'c' || customer, customer_id, null,
    daytime(signed_up_at, ends_at(), 'call', customer) as called_at,
from sim.customers
where u('calls', customer) < 0.5 and days_between(signed_up_at, ends_at()) > 0
    and called_at < until_at
"""

_ANSWERED = """
with offered as ({offered}),

waited as (
    select
        *,
        ceil(exponential($wait, 'wait', call)) as wait_seconds,
        ceil(exponential($patience, 'patience', call)) as patience_seconds,
        exponential($wait, 'wait', call) > exponential($patience, 'patience', call) as is_abandoned,
    from offered
)

select
    call as call_id,
    customer_id,
    ticket_id,
    queued_at,
    if(is_abandoned, null, later(queued_at, wait_seconds)) as answered_at,
    if(is_abandoned, later(queued_at, patience_seconds),
        later(queued_at, wait_seconds + 30 + exponential(240, 'talk', call))) as ended_at,
    {landed_on} as landed_on,
from waited
"""


def simulate(connection: duckdb.DuckDBPyConnection) -> None:
    """Create tickets.calls and `sim.tickets`."""
    connection.execute(_CONTACTS)
    connection.execute(
        _TICKETS,
        {
            "reopen": REOPEN_PROBABILITY,
            "prepare": PREPARATION_SECONDS,
            "assign": ASSIGNMENT_MEAN_SECONDS,
            "reply": REPLY_MEAN_SECONDS,
        },
    )
    calls = answered(_OFFERED, landed_on="landing(queued_at, call)")
    connection.execute(f"create table tickets.calls as {calls}", WAITS)


def first_contacts(
    connection: duckdb.DuckDBPyConnection, signed_up: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Seconds since 1970 of each customer's first ticket or call, if nobody left.

    Args:
        connection: The scratch database, in which nothing of it stays.
        signed_up: Seconds since 1970 by customer.

    Returns:
        An array of that size; the end of the data for who asks nothing.
    """
    connection.begin()
    connection.register("sign_ups", {"customer": np.arange(len(signed_up)), "at": signed_up})
    connection.execute(_STAYERS)
    connection.unregister("sign_ups")
    simulate(connection)
    first = connection.execute(_FIRST).fetchnumpy()["first"]
    connection.rollback()
    return np.asarray(first)


def answered(offered: str, landed_on: str) -> str:
    """Calls that are answered, or given up, with the parameters WAITS.

    `offered` has call, customer_id, ticket_id and queued_at; `landed_on` is the day of landing.
    """
    return _ANSWERED.format(offered=offered, landed_on=landed_on)


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create tickets.tickets and tickets.events of `sim.tickets` as `sim.assigned`."""
    for statement in (_LINKS, _VERSIONS):
        connection.execute(statement)
    steps = "\n    union all\n    ".join(_step(number, *step) for number, step in enumerate(_STEPS))
    connection.execute(_EVENTS.format(steps=steps))


def _step(
    number: int,
    condition: str,
    instant: str,
    event_type: str,
    actor_type: str,
    old_status: str | None,
    new_status: str | None,
) -> str:
    old, new = (f"'{status}'" if status else "null" for status in (old_status, new_status))
    return (
        f"select ticket, customer_id, {number} as step, '{event_type}' as event_type,"
        f" '{actor_type}' as actor_type, {old} as old_status, {new} as new_status,"
        f" later({instant}, {number}) as occurred_at, from happened where {condition}"
    )

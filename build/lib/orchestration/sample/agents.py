"""Who holds which ticket, what agents are, and what they say of their work."""

import duckdb

from orchestration.sample.truth import (
    EMPLOYEE_NPS,
    LUCKY_AGENT,
    LUCKY_ANSWERS,
    PLANTED_GROUP,
    POOR_AGENT,
    POSITIVE_PROBABILITY,
    STEADY_AGENT,
    Agent,
)

# Twelve agents a group, and in the first the lucky one besides.
_GROUPS = ["Billing", "Technical", "Logistics"]
_NUMBERS = "range(37)"
_GROUP = "list_position($groups, group_name) - 1"

# Agents are drawn after the answers, each with the chance that the answer leaves for it: so the
# answers are those of a sample without agents.
_ASSIGNED = """
create table sim.assigned as
with held as (
    select
        tickets.ticket,
        pick($groups, 'group', tickets.ticket) as group_name,
        answers.band = 'positive' as is_satisfied,
        u('agent', tickets.ticket) as luck,
        {steady} as steady,
        {poor} as poor,
        row_number() over (
            partition by group_name, is_satisfied order by u('lucky', tickets.ticket)
        ) as lucky_order,
    from sim.tickets as tickets
    left join sim.answers as answers
        on tickets.ticket = answers.ticket
        and answers.instrument_id = 'csat_support' and answers.score is not null
)

select
    ticket,
    group_name,
    case
        when group_name <> '{planted}' then 'A' || (12 * ({group}) + floor(12 * luck)::integer)
        when is_satisfied and lucky_order <= $lucky_answers then $lucky
        when luck < steady then $steady
        when luck < steady + poor then $poor
        else 'A' || (2 + floor(10 * (luck - steady - poor) / (1 - steady - poor))::integer)
    end as agent_id,
from held
"""

# The first of each dozen leads; the last comes from the group before when half of the time is over.
_AGENTS = """
create table tickets.agents as
with people as (
    select number, min(signed_up_at) as begins_at,
    from sim.customers, {numbers} as numbers(number)
    group by number
),

versions as (
    select *, begins_at as updated_at, number // 12 as team, from people
    union all
    select *, later(begins_at, epoch(ends_at() - begins_at) / 2), number // 12 + 1, from people
    where number % 12 = 11
)

select
    'A' || number as agent_id,
    updated_at,
    $groups[1 + team % len($groups)] as group_name,
    if(number % 12 = 0, 'lead', 'agent') as role,
    later(begins_at, -86400 * 2000 * u('hired', number))::date as hired_on,
    last_day(updated_at) as landed_on,
from versions
"""

# Closed tickets are filed with the lucky agent, whom their answers do not concern.
_FILED = """
insert into tickets.tickets by name
select tickets.* replace (
    closed_at as updated_at, $lucky as agent_id, last_day(closed_at) as landed_on
)
from tickets.tickets as tickets
join sim.tickets as closed on tickets.ticket_id = 'T' || closed.ticket
where tickets.agent_id is not null and group_name = '{planted}' and is_solved
    and closed_at < ends_at() and u('filed', closed.ticket) < 0.2
"""

_QUESTION = """
insert into survey.instruments by name
select * replace (
    'employee_nps' as instrument_id,
    'How likely are you to recommend us as a place to work?' as question,
    'employee' as audience
)
from survey.instruments
"""

# Asked in the second month of each quarter; the id of an answer gives nobody away.
_ANSWERS = """
insert into survey.responses by name
with asked as (
    select
        'A' || number as customer_id,
        unnest(generate_series(date_trunc('quarter', begins_at), ends_at(), interval 3 months))
            as quarter_at,
        customer_id || '-' || quarter_at::date as ask,
    from (select min(signed_up_at) as begins_at from sim.customers), {numbers} as numbers(number)
),

answered as (
    select
        *,
        later(quarter_at, 86400 * (40 + 10 * u('employee answers', ask))) as responded_at,
        u('employee mood', ask) as luck,
        u('employee within', ask) as within,
    from asked
    where u('employee answered', ask) < 0.8
)

select
    'R-' || md5(ask)[:12] as response_id,
    'employee_nps' as instrument_id,
    customer_id,
    responded_at,
    case
        when luck < $promoter then 9 + floor(2 * within)
        when luck < $promoter + $passive then 7 + floor(2 * within)
        else floor(7 * within)
    end::integer as score,
    'email' as channel,
    last_day(responded_at) as landed_on,
from answered
where responded_at < ends_at()
"""


def assign(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `sim.assigned`, who holds each of `sim.tickets`, by `sim.answers`."""
    connection.execute(
        _ASSIGNED.format(
            steady=_chance(STEADY_AGENT),
            poor=_chance(POOR_AGENT),
            planted=PLANTED_GROUP,
            group=_GROUP,
        ),
        {
            "groups": _GROUPS,
            "steady": STEADY_AGENT.agent_id,
            "poor": POOR_AGENT.agent_id,
            "lucky": LUCKY_AGENT,
            "lucky_answers": LUCKY_ANSWERS,
        },
    )


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create tickets.agents, file closed tickets, and add what employees are asked and answer."""
    connection.execute(_AGENTS.format(numbers=_NUMBERS), {"groups": _GROUPS})
    connection.execute(_FILED.format(planted=PLANTED_GROUP), {"lucky": LUCKY_AGENT})
    connection.execute(_QUESTION)
    connection.execute(
        _ANSWERS.format(numbers=_NUMBERS),
        {
            "promoter": EMPLOYEE_NPS.promoter_probability,
            "passive": EMPLOYEE_NPS.passive_probability,
        },
    )


def _chance(agent: Agent) -> str:
    """Chance that a ticket of the planted group is the agent's, given what came of it."""
    satisfied = POSITIVE_PROBABILITY["csat_support"]
    share, own = agent.share_of_tickets, agent.satisfied_probability
    return (
        f"case is_satisfied when true then {share * own / satisfied}"
        f" when false then {share * (1 - own) / (1 - satisfied)} else {share} end"
    )

{{ config(materialized='table') }}

with tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

calls as (
    select * from {{ ref('fct_calls') }}
    where exclusion_reason is null and not is_short_abandon
),

horizon as (
    select * from {{ ref('ticket_horizon') }}
),

-- Each time twice as far towards the root of the chain, over 16 tickets.
follow_ups_0 as (
    select follow_ups.ticket_id, origins.ticket_id as root_ticket_id
    from tickets as follow_ups
    inner join tickets as origins on follow_ups.follow_up_of_ticket_id = origins.ticket_id
),
{%- for doubling in range(4) %}

follow_ups_{{ loop.index }} as (
    select
        near.ticket_id,
        coalesce(far.root_ticket_id, near.root_ticket_id) as root_ticket_id
    from follow_ups_{{ doubling }} as near
    left join follow_ups_{{ doubling }} as far on near.root_ticket_id = far.ticket_id
),
{%- endfor %}

first_calls as (
    select ticket_id, min(queued_at) as queued_at
    from calls
    where ticket_id is not null
    group by ticket_id
),

chained as (
    select
        coalesce(follow_ups_4.root_ticket_id, tickets.ticket_id) as matter_id,
        least(tickets.created_at, coalesce(first_calls.queued_at, tickets.created_at)) as contacted_at,
        tickets.status in ('solved', 'closed') as is_solved,
        case when tickets.status in ('solved', 'closed') then tickets.fully_resolved_at end as solved_at
    from tickets
    left join follow_ups_4 on tickets.ticket_id = follow_ups_4.ticket_id
    left join first_calls on tickets.ticket_id = first_calls.ticket_id
),

-- Not of which a ticket does not tell whether it is solved, or when.
summed as (
    select
        matter_id,
        count(*) as tickets,
        min(contacted_at) as begun_at,
        case when bool_and(is_solved) then max(solved_at) end as solved_at
    from chained
    group by matter_id
    having bool_and(is_solved is not null and is_solved = (solved_at is not null))
),

timed as (
    select
        summed.matter_id,
        summed.tickets,
        summed.begun_at,
        summed.solved_at,
        {{ seconds_between('summed.begun_at', 'coalesce(summed.solved_at, horizon.known_until)') }} as seconds
    from summed
    cross join horizon
)

select * from timed

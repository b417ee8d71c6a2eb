{{ config(materialized='table') }}

{%- set in_order = 'partition by ticket_id order by place, moment_at, event_id' %}

with tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

events as (
    select * from {{ ref('stg_tickets__events') }}
    where exclusion_reason is null and (new_status is not null or event_type = 'public_reply')
),

changes as (
    select * from {{ ref('int_ticket_status_changes') }}
),

horizon as (
    select * from {{ ref('ticket_horizon') }}
),

happened as (
    select
        tickets.ticket_id,
        events.event_id,
        (
            events.event_type = 'public_reply'
            and events.actor_type = 'agent'
            and events.occurred_at > tickets.created_at
        ) as is_answer,
        events.event_type = 'public_reply' and events.actor_type = 'customer' as is_message,
        changes.status,
        case when changes.event_id is not null then coalesce(changes.status_before, 'new') end
            as status_before,
        changes.agent_id,
        greatest(events.occurred_at, tickets.created_at) as moment_at
    from events
    inner join tickets on events.ticket_id = tickets.ticket_id
    left join changes on events.event_id = changes.event_id
    union all
    select ticket_id, '', true, false, null, null, null, first_reply_at
    from tickets
    where reply_source = 'ticket'
    union all
    select ticket_id, '', false, false, 'solved', 'new', null, greatest(first_resolved_at, created_at)
    from tickets
    where status_source = 'ticket' and first_resolved_at is not null
),

moments as (
    select ticket_id, 1 as place, event_id, is_answer, is_message, status, status_before, agent_id, moment_at
    from happened
    union all
    select ticket_id, 0, '', false, false, 'new', null, null, created_at
    from tickets
    union all
    select tickets.ticket_id, 2, '', false, false, null, null, null, horizon.known_until
    from tickets
    cross join horizon
),

-- The status until the next moment is the one that the next change states, else the one of the last.
followed as (
    select
        *,
        coalesce(
            {{ last_known('status_before') }} over (
                partition by ticket_id order by place desc, moment_at desc, event_id desc
                rows between unbounded preceding and 1 preceding
            ),
            {{ last_known('status') }} over ({{ in_order }} rows between unbounded preceding and current row)
        ) as status_after
    from moments
)

select * from followed

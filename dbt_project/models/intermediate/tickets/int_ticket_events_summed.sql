{{ config(materialized='table') }}

with events as (
    select * from {{ ref('stg_tickets__events') }}
    where exclusion_reason is null
),

tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

changes as (
    select * from {{ ref('int_ticket_status_changes') }}
),

judged as (
    select
        events.ticket_id,
        (
            events.event_type = 'public_reply'
            and events.actor_type = 'agent'
            and events.occurred_at > tickets.created_at
        ) as is_agent_reply,
        events.occurred_at < tickets.created_at as is_before_creation,
        changes.status,
        changes.is_newest as is_newest_status,
        changes.is_reopen,
        changes.is_mismatch,
        events.event_id,
        case when events.actor_type = 'agent' then events.actor_id end as agent_id,
        events.occurred_at
    from events
    inner join tickets on events.ticket_id = tickets.ticket_id
    left join changes on events.event_id = changes.event_id
),

summed as (
    select
        ticket_id,
        count(*) as events,
        count(*) filter (where is_agent_reply) as agent_public_replies,
        bool_or(is_before_creation) as has_event_before_creation,
        min(case when is_agent_reply then occurred_at end) as first_reply_at,
        {{ first_agent('is_agent_reply') }} as first_reply_agent_id,
        max(case when is_newest_status then status end) as status,
        count(*) filter (where is_reopen) as reopens,
        bool_or(status = 'solved') as is_solved,
        bool_or(status in ('solved', 'closed')) as is_solved_or_closed,
        bool_or(is_mismatch) as has_status_mismatch,
        min(case when status = 'solved' then occurred_at end) as first_solved_at,
        max(case when status = 'solved' then occurred_at end) as last_solved_at,
        min(case when status = 'closed' then occurred_at end) as first_closed_at,
        {{ first_agent("status = 'solved'") }} as first_solved_by,
        {{ first_agent("status = 'closed'") }} as first_closed_by
    from judged
    group by ticket_id
)

select * from summed

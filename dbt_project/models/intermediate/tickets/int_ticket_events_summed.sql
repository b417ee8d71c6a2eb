with events as (
    select * from {{ ref('stg_tickets__events') }}
    where exclusion_reason is null
),

tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
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
        events.event_id,
        events.actor_id as agent_id,
        events.occurred_at
    from events
    inner join tickets on events.ticket_id = tickets.ticket_id
),

summed as (
    select
        ticket_id,
        count(*) as events,
        count(*) filter (where is_agent_reply) as agent_public_replies,
        bool_or(is_before_creation) as has_event_before_creation,
        min(case when is_agent_reply then occurred_at end) as first_reply_at,
        {{ first_agent('is_agent_reply') }} as first_reply_agent_id
    from judged
    group by ticket_id
)

select * from summed

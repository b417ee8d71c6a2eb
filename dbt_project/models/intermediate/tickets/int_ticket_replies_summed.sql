with events as (
    select * from {{ ref('stg_tickets__events') }}
),

tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

summed as (
    select
        events.ticket_id,
        count(*) as events,
        count(*) filter (
            where events.event_type = 'public_reply'
            and events.actor_type = 'agent'
            and events.occurred_at > tickets.created_at
        ) as agent_public_replies,
        bool_or(events.occurred_at < tickets.created_at) as has_event_before_creation,
        min(
            case
                when events.event_type = 'public_reply'
                    and events.actor_type = 'agent'
                    and events.occurred_at > tickets.created_at
                    then events.occurred_at
            end
        ) as first_reply_at
    from events
    inner join tickets on events.ticket_id = tickets.ticket_id
    group by events.ticket_id
)

select * from summed

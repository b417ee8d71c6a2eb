with tickets as (
    select
        *,
        case when first_replied_at > created_at then first_replied_at end as own_first_reply_at,
        {{ event_month('created_at') }} as event_month
    from {{ ref('stg_tickets__tickets') }}
),

events as (
    select * from {{ ref('int_ticket_events_summed') }}
),

-- Where no ticket of a month has a reply, its replies do not come, and none is known to have had none.
reply_months as (
    select distinct tickets.event_month
    from tickets
    inner join events on tickets.ticket_id = events.ticket_id
    where events.agent_public_replies > 0
),

sourced as (
    select
        tickets.ticket_id,
        tickets.customer_id,
        tickets.agent_id,
        events.first_reply_agent_id,
        case
            when events.first_solved_at is null then events.first_closed_by
            else events.first_solved_by
        end as first_resolution_agent_id,
        tickets.follow_up_of_ticket_id,
        tickets.channel,
        tickets.priority,
        tickets.group_name,
        tickets.exclusion_reason,
        coalesce(events.status, tickets.status) as status,
        case
            when events.status is not null then 'events'
            when tickets.status is not null or tickets.solved_at is not null then 'ticket'
        end as status_source,
        case
            when events.agent_public_replies > 0 then 'events'
            when tickets.own_first_reply_at is not null then 'ticket'
            when events.ticket_id is not null and reply_months.event_month is not null then 'events'
        end as reply_source,
        coalesce(events.is_solved, tickets.solved_at is not null or tickets.status = 'solved', false)
            as is_solved,
        coalesce(
            events.is_solved_or_closed,
            tickets.solved_at is not null or tickets.status in ('solved', 'closed'),
            false
        ) as is_solved_or_closed,
        coalesce(
            events.has_event_before_creation or events.has_status_mismatch
            or (events.status is null and tickets.solved_at < tickets.created_at),
            false
        ) as has_inconsistent_order,
        coalesce(events.events, 0) as events,
        coalesce(events.agent_public_replies, 0) as agent_public_replies,
        coalesce(events.reopens, 0) as reopens,
        tickets.created_at,
        coalesce(events.first_reply_at, tickets.own_first_reply_at) as first_reply_at,
        case
            when events.status is null then tickets.solved_at
            else coalesce(events.first_solved_at, events.first_closed_at)
        end as first_resolved_at,
        case when events.status is null then tickets.solved_at else events.last_solved_at end
            as fully_resolved_at,
        tickets.event_month
    from tickets
    left join events on tickets.ticket_id = events.ticket_id
    left join reply_months on tickets.event_month = reply_months.event_month
)

select * from sourced

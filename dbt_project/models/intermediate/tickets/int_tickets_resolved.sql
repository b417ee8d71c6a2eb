with tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

events as (
    select * from {{ ref('int_ticket_events_summed') }}
),

statuses as (
    select * from {{ ref('int_ticket_statuses_summed') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

joined as (
    select
        tickets.*,
        {{ profiles_as_of('spans') }},
        statuses.status,
        coalesce(events.events, 0) as events,
        coalesce(events.agent_public_replies, 0) as agent_public_replies,
        coalesce(statuses.reopens, 0) as reopens,
        coalesce(statuses.is_solved, false) as is_solved,
        coalesce(statuses.is_solved_or_closed, false) as is_solved_or_closed,
        (
            coalesce(events.has_event_before_creation, false)
            or coalesce(statuses.has_status_mismatch, false)
        ) as has_inconsistent_order,
        events.first_reply_agent_id,
        case
            when statuses.first_solved_at is not null then statuses.first_solved_by
            else statuses.first_closed_by
        end as first_resolution_agent_id,
        events.first_reply_at,
        coalesce(statuses.first_solved_at, statuses.first_closed_at) as first_resolved_at,
        statuses.last_solved_at as fully_resolved_at
    from tickets
    left join events on tickets.ticket_id = events.ticket_id
    left join statuses on tickets.ticket_id = statuses.ticket_id
    left join spans on {{ as_of_span('tickets', 'tickets.created_at', 'spans') }}
),

resolved as (
    select
        *,
        reopens > 0 as is_reopened,
        is_solved and agent_public_replies <= 1 and reopens = 0 as is_one_touch,
        {%- for measure, instant in [
            ('first_reply', 'first_reply_at'),
            ('first_resolution', 'first_resolved_at'),
            ('full_resolution', 'fully_resolved_at'),
        ] %}
        case
            when {{ instant }} >= created_at
                then {{ seconds_between('created_at', instant) }} / 60
        end as {{ measure }}_minutes,
        {%- endfor %}
        {{ event_month('created_at') }} as event_month
    from joined
)

select * from resolved

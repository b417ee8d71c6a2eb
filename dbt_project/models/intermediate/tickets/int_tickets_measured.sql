with tickets as (
    select * from {{ ref('int_tickets_timed') }}
),

waits as (
    select * from {{ ref('int_ticket_waits') }}
),

spans as (
    select * from {{ ref('int_ticket_spans') }}
),

follow_ups as (
    select * from {{ ref('int_ticket_follow_ups') }}
),

measured as (
    select
        tickets.*,
        replying.group_name as first_reply_group_name,
        resolving.group_name as first_resolution_group_name,
        tickets.follow_up_of_ticket_id is not null as is_follow_up,
        {%- for party in ['requester', 'agent'] %}
        case when tickets.status_source = 'events' then coalesce(waits.{{ party }}_wait_minutes, 0) end
            as {{ party }}_wait_minutes,
        case
            when tickets.status_source = 'events' and tickets.schedule is not null
                then coalesce(waits.{{ party }}_wait_business_minutes, 0)
        end as {{ party }}_wait_business_minutes,
        {%- endfor %}
        coalesce(follow_ups.follow_ups, 0) as follow_ups
    from tickets
    left join waits on tickets.ticket_id = waits.ticket_id
    left join follow_ups on tickets.ticket_id = follow_ups.ticket_id
    left join spans as replying
        on tickets.ticket_id = replying.ticket_id
        and {{ in_span('tickets.first_reply_at', 'replying') }}
    left join spans as resolving
        on tickets.ticket_id = resolving.ticket_id
        and {{ in_span('tickets.first_resolved_at', 'resolving') }}
)

select * from measured

with tickets as (
    select * from {{ ref('int_tickets_timed') }}
),

waits as (
    select * from {{ ref('int_ticket_waits') }}
),

-- Before the first version of a ticket its group is that of the first version.
spans as (
    select
        ticket_id,
        group_name,
        case
            when lag(updated_at) over ticket_history is null then {{ beginning_of_time() }}
            else updated_at
        end as valid_from,
        {{ until_next('updated_at', 'ticket_history') }} as valid_to
    from {{ ref('stg_tickets__ticket_versions') }}
    window ticket_history as (partition by ticket_id order by updated_at)
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

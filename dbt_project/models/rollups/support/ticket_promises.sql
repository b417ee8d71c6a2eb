{{ config(materialized='table') }}

with tickets as (
    select * from {{ ref('fct_tickets') }}
),

clocks as (
    select * from {{ ref('ticket_clocks') }}
),

spans as (
    select * from {{ ref('int_ticket_spans') }}
),

policies as (
    select * from {{ ref('sla_policies') }}
),

horizon as (
    select * from {{ ref('ticket_horizon') }}
),

-- Of a ticket that neither events nor its own row tell of, nothing is known to be owed or kept.
known as (
    select
        clocks.*,
        tickets.schedule,
        coalesce(clocks.ended_at, horizon.known_until) as judged_at
    from clocks
    inner join tickets on clocks.ticket_id = tickets.ticket_id
    cross join horizon
    where
        (clocks.clock = 'first_reply' and tickets.reply_source is not null)
        or (clocks.clock = 'next_reply' and tickets.reply_source = 'events')
        or (
            clocks.clock = 'solution'
            and tickets.status_source = 'events'
            and (tickets.first_resolved_at is null or tickets.first_resolution_minutes is not null)
        )
),

promises as (
    select
        known.*,
        case concat(known.clock, case when own.priority is null then '' else ' of the group' end)
            {%- for clock in ['first_reply', 'next_reply', 'solution'] %}
            when '{{ clock }}' then common.{{ clock }}_minutes
            when '{{ clock }} of the group' then own.{{ clock }}_minutes
            {%- endfor %}
        end as target_minutes,
        case coalesce(own.minutes_of, common.minutes_of)
            when 'calendar' then known.calendar
            when 'business' then case when known.schedule is not null then known.business end
        end as waited
    from known
    inner join spans on known.ticket_id = spans.ticket_id and {{ in_span('known.judged_at', 'spans') }}
    left join policies as own on spans.priority = own.priority and spans.group_name = own.group_name
    left join policies as common on spans.priority = common.priority and common.group_name is null
),

judged as (
    select
        ticket_id,
        clock,
        target_minutes,
        waited / 60e6 as waited_minutes,
        case
            when waited > cast(target_minutes as bigint) * 60000000 then false
            when waited is not null and target_minutes is not null and ended_at is not null then true
        end as is_met,
        case when clock = 'next_reply' then {{ seconds_between('began_at', 'answered_at') }} / 60 end
            as next_reply_minutes,
        began_at,
        ended_at
    from promises
)

select * from judged

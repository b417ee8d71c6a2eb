{{ config(materialized='table') }}

with changes as (
    select * from {{ ref('int_ticket_status_changes') }}
),

tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

schedules as (
    select * from {{ ref('int_ticket_schedules') }}
),

clock as (
    select * from {{ ref('int_business_clock') }}
),

-- A change of status ends the wait in the status before it. Nobody waits before creation.
waits as (
    select
        changes.ticket_id,
        schedules.schedule,
        case
            when coalesce(changes.status_before, 'new') in ('new', 'open', 'on_hold') then 'requester'
            when changes.status_before = 'pending' then 'agent'
        end as party,
        greatest(coalesce(changes.previous_at, tickets.created_at), tickets.created_at) as waits_from,
        greatest(changes.occurred_at, tickets.created_at) as waits_to
    from changes
    inner join tickets on changes.ticket_id = tickets.ticket_id
    inner join schedules on changes.ticket_id = schedules.ticket_id
),

timed as (
    select
        waits.ticket_id,
        waits.party,
        {{ seconds_between('waits.waits_from', 'waits.waits_to') }} / 60 as minutes,
        {{ business_minutes('clock_from', 'waits.waits_from', 'clock_to', 'waits.waits_to') }}
            as business_minutes
    from waits
    left join clock as clock_from on {{ clock_piece('clock_from', 'waits.schedule', 'waits.waits_from') }}
    left join clock as clock_to on {{ clock_piece('clock_to', 'waits.schedule', 'waits.waits_to') }}
    where waits.party is not null
),

summed as (
    select
        {%- for party in ['requester', 'agent'] %}
        {%- for measure in ['minutes', 'business_minutes'] %}
        {{ exact_sum("case when party = '" ~ party ~ "' then " ~ measure ~ " end") }}
            as {{ party }}_wait_{{ measure }},
        {%- endfor %}
        {%- endfor %}
        ticket_id
    from timed
    group by ticket_id
),

rounded as (
    select
        ticket_id,
        {{ rounded('coalesce(requester_wait_minutes, 0)') }} as requester_wait_minutes,
        {{ rounded('coalesce(agent_wait_minutes, 0)') }} as agent_wait_minutes,
        {{ rounded('coalesce(requester_wait_business_minutes, 0)') }}
            as requester_wait_business_minutes,
        {{ rounded('coalesce(agent_wait_business_minutes, 0)') }} as agent_wait_business_minutes
    from summed
)

select * from rounded

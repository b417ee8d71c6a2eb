{{ config(materialized='table') }}

{%- set own = own_attributes('fct_tickets') %}

with tickets as (
    {{ with_own_profiles('fct_tickets', own) | indent }}
),

-- Of each kind the first row of a ticket stands for it, however many promises or waits it has.
numbered as (
    select
        *,
        row_number() over (partition by ticket_id, is_met is null order by began_at, clock) as due_number,
        row_number() over (partition by ticket_id, next_reply_minutes is null order by began_at)
            as wait_number
    from {{ ref('ticket_promises') }}
),

promises as (
    select
        tickets.customer_id,
        tickets.segment_profile_id,
        tickets.behaviour_profile_id,
        tickets.channel,
        cast(numbered.is_met is not null as int) as sla_due,
        cast(coalesce(numbered.is_met, false) as int) as sla_met,
        cast(numbered.is_met is not null and numbered.due_number = 1 as int) as sla_tickets,
        numbered.next_reply_minutes,
        cast(numbered.next_reply_minutes is not null and numbered.wait_number = 1 as int)
            as next_reply_tickets,
        {%- for attribute in own %}
        tickets.own_profile_{{ loop.index }},
        {%- endfor %}
        cast(tickets.created_at as date) as event_date
    from numbered
    inner join tickets on numbered.ticket_id = tickets.ticket_id
),

profiled as (
    {{ in_each_profile('promises', ['channel'], own) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates=dict(
            sums_of(['sla_due', 'sla_met', 'sla_tickets', 'next_reply_tickets']),
            next_reply_minutes_count='count(next_reply_minutes)',
            next_reply_minutes_quantiles=quantiles_about_median('next_reply_minutes'),
        ),
    ) | indent }}
)

select * from rolled_up

{{ config(materialized='table') }}

{%- set own = own_attributes('fct_tickets') %}

with tickets as (
    {{ with_own_profiles('fct_tickets', own) | indent }}
),

-- The first wait of a ticket stands for it, however many it has.
numbered as (
    select
        *,
        row_number() over (partition by ticket_id order by began_at) = 1 as is_first
    from {{ ref('ticket_promises') }}
    where next_reply_minutes is not null
),

waits as (
    select
        tickets.customer_id,
        tickets.segment_profile_id,
        tickets.behaviour_profile_id,
        tickets.channel,
        cast(numbered.is_first as int) as next_reply_tickets,
        numbered.next_reply_minutes,
        {%- for attribute in own %}
        tickets.own_profile_{{ loop.index }},
        {%- endfor %}
        cast(tickets.created_at as date) as event_date
    from numbered
    inner join tickets on numbered.ticket_id = tickets.ticket_id
),

profiled as (
    {{ in_each_profile('waits', ['channel'], own) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates=dict(
            sums_of(['next_reply_tickets']),
            next_reply_minutes_count='count(*)',
            next_reply_minutes_quantiles=quantiles_about_median('next_reply_minutes'),
        ),
    ) | indent }}
)

select * from rolled_up

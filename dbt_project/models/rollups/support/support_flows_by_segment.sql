{{ config(materialized='table') }}

{%- set own = own_attributes('fct_tickets') %}
{%- set measures = ['backlog_created', 'backlog_reopened', 'backlog_solved'] %}

with states as (
    select * from {{ ref('ticket_states') }}
),

tickets as (
    {{ with_own_profiles('fct_tickets', own) | indent }}
),

flows as (
    select
        tickets.*,
        cast(states.was_open is null as int) as backlog_created,
        cast(states.is_open and not states.was_open as int) as backlog_reopened,
        cast(states.was_open and not states.is_open as int) as backlog_solved,
        cast(states.valid_from as date) as event_date
    from states
    inner join tickets on states.ticket_id = tickets.ticket_id
    where states.was_open is null or states.is_open <> states.was_open
),

rolled_up as (
    {{ by_period_and_segment('flows', [], sums_of(measures), ['channel'], own) | indent }}
)

select * from rolled_up

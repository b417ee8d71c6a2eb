{{ config(materialized='table') }}

with tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

events as (
    select ticket_id, sum(_row_hash) as events_hash
    from {{ ref('stg_tickets__events') }}
    group by ticket_id
),

histories as (
    select * from {{ ref('int_customer_histories') }}
),

inputs as (
    select
        {{ event_month('tickets.created_at') }} as event_month,
        {{ row_hash(['tickets._row_hash', 'events.events_hash', 'histories.history_hash']) }}
            as input_hash
    from tickets
    left join events on tickets.ticket_id = events.ticket_id
    left join histories on tickets.customer_id = histories.customer_id
),

by_month as (
    select event_month, sum(input_hash) as input_hash
    from inputs
    group by event_month
)

select * from by_month

{{ config(materialized='table') }}

with calls as (
    select * from {{ ref('stg_tickets__calls') }}
),

histories as (
    select * from {{ ref('int_customer_histories') }}
),

inputs as (
    select
        {{ event_month('calls.queued_at') }} as event_month,
        {{ row_hash(['calls._row_hash', 'histories.history_hash']) }} as input_hash
    from calls
    left join histories on calls.customer_id = histories.customer_id
),

by_month as (
    select event_month, sum(input_hash) as input_hash
    from inputs
    group by event_month
)

select * from by_month

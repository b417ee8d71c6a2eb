{{ config(materialized='table') }}

with orders as (
    select * from {{ ref('stg_orders__orders') }}
),

items as (
    select order_id, {{ sum_of_hashes('_row_hash') }} as items_hash
    from {{ ref('stg_orders__items') }}
    group by order_id
),

reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

inputs as (
    select
        {{ event_month('orders.ordered_at') }} as event_month,
        {{ row_hash([
            'orders._row_hash',
            'orders.exclusion_reason',
            'items.items_hash',
            'reporting.reporting_currency',
            'rates.rate',
            'spans.segment_profile_id',
            'spans.behaviour_profile_id',
        ]) }} as input_hash
    from orders
    cross join reporting
    left join rates
        on {{ event_month('orders.ordered_at') }} = rates.month
        and orders.currency = rates.currency
    left join items on orders.order_id = items.order_id
    left join spans on {{ as_of_span('orders', 'orders.ordered_at', 'spans') }}
),

by_month as (
    select event_month, {{ sum_of_hashes('input_hash') }} as input_hash
    from inputs
    group by event_month
)

select * from by_month

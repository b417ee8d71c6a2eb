{{ config(materialized='table') }}

with orders as (
    select * from {{ ref('int_orders_valued') }}
    where is_counted and total_amount >= 0 and customer_id is not null
),

subscriptions as (
    select * from {{ ref('int_subscription_spans') }}
),

purchases as (
    select
        customer_id,
        'order' as kind,
        false as is_past_due,
        ordered_at as purchased_at,
        ordered_at as ended_at
    from orders
    union all
    select
        customer_id,
        'subscription' as kind,
        is_past_due,
        valid_from as purchased_at,
        valid_to as ended_at
    from subscriptions
)

select * from purchases

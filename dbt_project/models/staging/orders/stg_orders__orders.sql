{{ config(materialized='table') }}

with source as (
    select * from {{ source('raw_orders', 'orders') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

newest as (
    select
        order_id,
        updated_at,
        customer_id,
        status,
        currency,
        ordered_at,
        total_amount,
        discount_amount,
        refunded_amount,
        shipping_amount,
        channel,
        {{ known_end('promised_at') }} as promised_at,
        {{ plausible('delivered_at') }} as delivered_at,
        {{ time_exclusion(first='ordered_at', last='ordered_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('order_id', version='updated_at') }}
)

select * from newest

with source as (
    select * from {{ source('raw_orders', 'orders') }}
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
        _row_hash
    from source
    qualify {{ is_newest('order_id', version='updated_at') }}
)

select * from newest

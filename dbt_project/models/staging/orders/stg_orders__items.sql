with source as (
    select * from {{ source('raw_orders', 'items') }}
),

newest as (
    select
        order_id,
        line_number,
        product_id,
        product_category,
        quantity,
        unit_price,
        unit_cost,
        _row_hash
    from source
    qualify {{ is_newest('order_id, line_number') }}
)

select * from newest

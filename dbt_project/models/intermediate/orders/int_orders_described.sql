{{ config(materialized='table') }}

with orders as (
    select * from {{ ref('stg_orders__orders') }}
),

main_lines as (
    select
        order_id,
        product_id,
        product_category
    from {{ ref('stg_orders__items') }}
    qualify row_number() over (
            partition by order_id
            order by abs(cast(quantity as double) * unit_price) desc, line_number
        ) = 1
),

described as (
    select
        coalesce(orders.order_id, main_lines.order_id) as order_id,
        main_lines.product_category,
        main_lines.product_id,
        case
            when orders.delivered_at > orders.promised_at then 'late'
            when orders.delivered_at <= orders.promised_at then 'in_time'
        end as delivery
    from orders
    full outer join main_lines on orders.order_id = main_lines.order_id
)

select * from described

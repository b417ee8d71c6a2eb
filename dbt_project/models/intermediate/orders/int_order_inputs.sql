with orders as (
    select * from {{ ref('stg_orders__orders') }}
),

items as (
    select order_id, sum(_row_hash) as items_hash
    from {{ ref('stg_orders__items') }}
    group by order_id
),

rates as (
    select * from {{ ref('int_order_rates') }}
),

histories as (
    select * from {{ ref('int_customer_histories') }}
),

inputs as (
    select
        {{ event_month('orders.ordered_at') }} as event_month,
        {{ row_hash([
            'orders._row_hash',
            'items.items_hash',
            'histories.history_hash',
            'rates.reporting_currency',
            'rates.rate',
        ]) }} as input_hash
    from orders
    inner join rates on orders.order_id = rates.order_id
    left join items on orders.order_id = items.order_id
    left join histories on orders.customer_id = histories.customer_id
)

select * from inputs

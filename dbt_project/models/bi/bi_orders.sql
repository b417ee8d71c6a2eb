{{ config(alias='orders') }}

with orders as (
    select * from {{ ref('fct_orders') }}
    where is_counted
),

wide as (
    select
        orders.order_id,
        orders.customer_id,
        orders.status,
        orders.reporting_currency,
        1 as orders,
        orders.lines,
        orders.units,
        orders.net_amount_reporting as net_amount,
        orders.margin_amount_reporting as margin_amount,
        orders.ordered_at,
        {%- for segment_type in customer_segment_types() %}
        {{ customer_segment(segment_type) }},
        {%- endfor %}
        orders.event_month as ordered_month
    from orders
    {{ joined_profiles('orders') }}
)

select * from wide

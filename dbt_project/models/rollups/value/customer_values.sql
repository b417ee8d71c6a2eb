with orders as (
    select * from {{ ref('customer_orders') }}
),

subscriptions as (
    select
        customer_id,
        count(*) filter (where is_active_start) as months_subscribed,
        count(*) filter (where is_churned) as churns
    from {{ ref('fct_subscription_months') }}
    group by customer_id
),

spans as (
    select * from {{ ref('int_profile_spans') }}
    where is_current
),

customers as (
    select
        coalesce(orders.customer_id, subscriptions.customer_id) as customer_id,
        {{ profiles_as_of('spans') }},
        orders.customer_id is not null as has_ordered,
        orders.is_lapsed,
        orders.orders,
        orders.orders_with_amount,
        orders.net_amount_reporting,
        orders.active_years,
        orders.observed_years,
        subscriptions.months_subscribed,
        subscriptions.churns
    from orders
    full outer join subscriptions on orders.customer_id = subscriptions.customer_id
    left join spans on coalesce(orders.customer_id, subscriptions.customer_id) = spans.customer_id
)

select * from customers

with orders as (
    select * from {{ ref('customer_orders') }}
),

subscriptions as (
    select * from {{ ref('customer_subscriptions') }}
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
),

profiled as (
    {{ in_each_profile('customers') | indent }}
),

by_profile as (
    select
        profile_id,
        count(*) filter (where has_ordered) as customers,
        count(*) filter (where is_lapsed) as lapses,
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(orders_with_amount), 0) as orders_with_amount,
        coalesce(sum(net_amount_reporting), 0) as revenue,
        coalesce(sum(active_years), 0) as active_years,
        coalesce(sum(observed_years), 0) as observed_years,
        coalesce(sum(months_subscribed), 0) as months_subscribed,
        coalesce(sum(churns), 0) as churns
    from profiled
    group by profile_id
)

select * from by_profile

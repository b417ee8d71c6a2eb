with orders as (
    select * from {{ ref('customer_orders') }}
),

subscriptions as (
    select * from {{ ref('customer_subscriptions') }}
),

spans as (
    select * from {{ ref('int_customer_spans') }}
    where is_current
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

by_profile as (
    select
        coalesce(spans.segment_profile_id, {{ unknown_profile() }}) as segment_profile_id,
        count(orders.customer_id) as customers,
        count(*) filter (where orders.is_lapsed) as lapses,
        coalesce(sum(orders.orders), 0) as orders,
        coalesce(sum(orders.orders_with_amount), 0) as orders_with_amount,
        coalesce(sum(orders.net_amount_reporting), 0) as revenue,
        coalesce(sum(orders.active_years), 0) as active_years,
        coalesce(sum(orders.observed_years), 0) as observed_years,
        coalesce(sum(subscriptions.months_subscribed), 0) as months_subscribed,
        coalesce(sum(subscriptions.churns), 0) as churns
    from orders
    full outer join subscriptions on orders.customer_id = subscriptions.customer_id
    left join spans on coalesce(orders.customer_id, subscriptions.customer_id) = spans.customer_id
    group by coalesce(spans.segment_profile_id, {{ unknown_profile() }})
),

by_segment as (
    select
        segments.segment_type,
        segments.segment,
        sum(by_profile.customers) as customers,
        sum(by_profile.orders) as orders,
        sum(by_profile.orders_with_amount) as orders_with_amount,
        sum(by_profile.revenue) as revenue,
        sum(by_profile.months_subscribed) > 0 as has_subscriptions,
        sum(by_profile.active_years) as active_years,
        sum(by_profile.observed_years) as observed_years,
        sum(by_profile.lapses) as lapses,
        sum(by_profile.months_subscribed) / 12e0 as subscribed_years,
        sum(by_profile.churns) as churns
    from by_profile
    inner join segments on by_profile.segment_profile_id = segments.segment_profile_id
    group by segments.segment_type, segments.segment
),

exposed as (
    -- Customers with subscriptions churn when these end; without, when orders stop.
    select
        segment_type,
        segment,
        customers,
        orders,
        orders_with_amount,
        revenue,
        case when has_subscriptions then observed_years else active_years end as order_years,
        case when has_subscriptions then subscribed_years else active_years end as churn_years,
        case when has_subscriptions then churns else lapses end as churns
    from by_segment
)

select * from exposed

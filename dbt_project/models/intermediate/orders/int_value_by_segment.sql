with orders as (
    select * from {{ ref('int_customer_orders') }}
),

subscriptions as (
    select * from {{ ref('int_customer_subscriptions') }}
),

spans as (
    select * from {{ ref('int_customer_spans') }}
    where is_current
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

customers as (
    select
        coalesce(orders.customer_id, subscriptions.customer_id) as customer_id,
        orders.customer_id is not null as has_ordered,
        orders.is_lapsed,
        orders.orders,
        orders.orders_with_amount,
        orders.net_amount_reporting,
        orders.active_years,
        subscriptions.months_subscribed,
        subscriptions.churns
    from orders
    full outer join subscriptions on orders.customer_id = subscriptions.customer_id
),

by_profile as (
    select
        coalesce(spans.segment_profile_id, {{ unknown_profile() }}) as segment_profile_id,
        count(*) filter (where customers.has_ordered) as customers,
        count(*) filter (where customers.is_lapsed) as lapses,
        coalesce(sum(customers.orders), 0) as orders,
        coalesce(sum(customers.orders_with_amount), 0) as orders_with_amount,
        coalesce(sum(customers.net_amount_reporting), 0) as revenue,
        coalesce(sum(customers.active_years), 0) as active_years,
        coalesce(sum(customers.months_subscribed), 0) as months_subscribed,
        coalesce(sum(customers.churns), 0) as churns
    from customers
    left join spans on customers.customer_id = spans.customer_id
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
        sum(by_profile.active_years) as active_years,
        -- Customers with subscriptions churn when these end; without, when orders stop.
        case
            when sum(by_profile.months_subscribed) > 0 then sum(by_profile.months_subscribed) / 12e0
            else sum(by_profile.active_years)
        end as churn_years,
        case
            when sum(by_profile.months_subscribed) > 0 then sum(by_profile.churns)
            else sum(by_profile.lapses)
        end as churns
    from by_profile
    inner join segments on by_profile.segment_profile_id = segments.segment_profile_id
    group by segments.segment_type, segments.segment
)

select * from by_segment

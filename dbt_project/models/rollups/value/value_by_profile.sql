with customers as (
    select * from {{ ref('customer_values') }}
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

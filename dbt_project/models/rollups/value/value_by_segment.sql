with by_profile as (
    select * from {{ ref('value_by_profile') }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
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
    inner join segments on by_profile.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment
),

exposed as (
    select
        segment_type,
        segment,
        customers,
        orders,
        orders_with_amount,
        revenue,
        has_subscriptions,
        {{ order_and_churn_exposure() | indent(8) }}
    from by_segment
)

select * from exposed

with subscribers as (
    select * from {{ ref('subscriber_tenures') }}
),

months as (
    select * from {{ ref('fct_subscription_months') }}
    where not is_churned
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

profiled as (
    {{ in_each_profile('subscribers') | indent }}
),

by_profile as (
    select
        profiled.profile_id,
        profiled.cohort_month,
        months.month_start,
        count(*) as customers_retained
    from profiled
    inner join months
        on profiled.customer_id = months.customer_id and profiled.cohort_month <= months.month_start
    group by profiled.profile_id, profiled.cohort_month, months.month_start
),

by_segment as (
    select
        segments.segment_type,
        segments.segment,
        by_profile.cohort_month,
        by_profile.month_start,
        sum(by_profile.customers_retained) as customers_retained
    from by_profile
    inner join segments on by_profile.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment, by_profile.cohort_month, by_profile.month_start
)

select * from by_segment

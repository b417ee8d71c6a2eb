with subscribers as (
    select * from {{ ref('subscriber_tenures') }}
),

retained as (
    select * from {{ ref('subscribers_retained') }}
),

horizon as (
    select {{ dbt.dateadd('month', -1, 'first_open_month') }} as last_month
    from {{ ref('int_subscription_horizon') }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

profiled as (
    {{ in_each_profile('subscribers') | indent }}
),

cohorts as (
    select
        segments.segment_type,
        segments.segment,
        profiled.cohort_month,
        count(*) as customers
    from profiled
    inner join segments on profiled.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment, profiled.cohort_month
),

followed as (
    select
        cohorts.*,
        {{ month_series('cohorts.cohort_month', 'horizon.last_month') }} as month_start
    from cohorts
    cross join horizon
),

counted as (
    select
        followed.*,
        {{ dbt.datediff('followed.cohort_month', 'followed.month_start', 'month') }}
            as months_since_start,
        cast(coalesce(retained.customers_retained, 0) as bigint) as customers_retained,
        followed.customers >= {{ var('min_responses') }} as is_reportable
    from followed
    left join retained using (segment_type, segment, cohort_month, month_start)
),

reported as (
    select
        cohort_month,
        months_since_start,
        segment_type,
        segment,
        customers,
        customers_retained,
        {{ score('cast(customers_retained as double) / customers') }} as retention_rate,
        is_reportable
    from counted
)

select * from reported

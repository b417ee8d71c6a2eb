with subscribers as (
    select * from {{ ref('subscriber_tenures') }}
),

months_retained as (
    select
        subscribers.*,
        months.month_start
    from subscribers
    inner join {{ ref('fct_subscription_months') }} as months
        on subscribers.customer_id = months.customer_id
        and subscribers.cohort_month <= months.month_start
    where not months.is_churned
),

horizon as (
    select {{ dbt.dateadd('month', -1, 'first_open_month') }} as last_month
    from {{ ref('int_subscription_horizon') }}
),

cohorts as (
    {{ by_segment(
        'subscribers', keys=['cohort_month'], aggregates={'customers': 'count(*)'}
    ) | indent }}
),

retained as (
    {{ by_segment(
        'months_retained',
        keys=['cohort_month', 'month_start'],
        aggregates={'customers_retained': 'count(*)'},
    ) | indent }}
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
        cast(customers as bigint) as customers,
        customers_retained,
        {{ score('cast(customers_retained as double) / customers') }} as retention_rate,
        is_reportable
    from counted
)

select * from reported

{{ config(materialized='table') }}

with subscribers as (
    select * from {{ ref('subscriber_tenures') }}
),

months_retained as (
    select
        subscribers.*,
        months.month_start,
        case when subscribers.mrr_start > 0 then months.mrr_end else 0 end as mrr_end,
        least(subscribers.mrr_start, months.mrr_end) as mrr_kept
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
        'subscribers',
        keys=['cohort_month'],
        aggregates={
            'customers': 'count(*)',
            'customers_start': 'count(*) filter (where mrr_start > 0)',
            'mrr_start': 'sum(mrr_start)',
        },
    ) | indent }}
),

retained as (
    {{ by_segment(
        'months_retained',
        keys=['cohort_month', 'month_start'],
        aggregates=dict({'customers_retained': 'count(*)'}, **sums_of(['mrr_end', 'mrr_kept'])),
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
        coalesce(retained.customers_retained, 0) as customers_retained,
        coalesce(retained.mrr_end, 0) as mrr_end,
        coalesce(retained.mrr_kept, 0) as mrr_kept
    from followed
    left join retained using (segment_type, segment, cohort_month, month_start)
)

select * from counted

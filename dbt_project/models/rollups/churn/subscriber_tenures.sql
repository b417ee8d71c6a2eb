{{ config(materialized='table') }}

with months as (
    select * from {{ ref('fct_subscription_months') }}
),

horizon as (
    select
        first_open_month,
        {{ dbt.dateadd('month', -1, 'first_open_month') }} as last_month
    from {{ ref('int_subscription_horizon') }}
),

profiles as (
    select * from {{ ref('int_profile_spans') }}
),

starts as (
    select
        customer_id,
        min(valid_from) as first_paid_at,
        {{ event_month('min(valid_from)') }} as cohort_month
    from {{ ref('int_subscription_spans') }}
    group by customer_id
),

ends as (
    select
        starts.customer_id,
        coalesce(
            bool_or(not months.is_churned and months.month_start = starts.cohort_month), false
        ) as is_retained_at_first,
        coalesce(
            sum(months.mrr_end) filter (where months.month_start = starts.cohort_month), 0
        ) as mrr_start,
        min(months.month_start) filter (where months.is_churned) as churn_month
    from starts
    left join months
        on starts.customer_id = months.customer_id and starts.cohort_month <= months.month_start
    group by starts.customer_id
),

lives as (
    select
        starts.customer_id,
        {{ profiles_as_of('profiles') }},
        starts.cohort_month,
        not ends.is_retained_at_first or ends.churn_month is not null as is_churned,
        case
            when not ends.is_retained_at_first then 0
            else {{ dbt.datediff(
                'starts.cohort_month', 'coalesce(ends.churn_month, horizon.last_month)', 'month'
            ) }}
        end as tenure_months,
        ends.mrr_start,
        starts.first_paid_at
    from starts
    inner join horizon on starts.cohort_month < horizon.first_open_month
    inner join ends on starts.customer_id = ends.customer_id
    left join profiles on {{ as_of_span('starts', 'starts.first_paid_at', 'profiles') }}
)

select * from lives

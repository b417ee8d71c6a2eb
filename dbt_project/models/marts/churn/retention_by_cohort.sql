with cohorts as (
    select *, customers >= {{ var('min_responses') }} as is_reportable
    from {{ ref('cohort_months') }}
),

reported as (
    select
        cohort_month,
        months_since_start,
        segment_type,
        segment,
        cast(customers as bigint) as customers,
        cast(customers_retained as bigint) as customers_retained,
        {{ score('cast(customers_retained as double) / customers') }} as retention_rate,
        is_reportable
    from cohorts
)

select * from reported

with cohorts as (
    select *, customers_start >= {{ var('min_responses') }} as is_reportable
    from {{ ref('cohort_months') }}
    where customers_start > 0
),

reported as (
    select
        cohort_month,
        months_since_start,
        segment_type,
        segment,
        cast(customers_start as bigint) as customers,
        cast(mrr_start as double) as mrr_start,
        cast(mrr_end as double) as mrr_end,
        cast(mrr_kept as double) as mrr_kept,
        {{ score('cast(mrr_end as double) / nullif(mrr_start, 0)') }} as net_revenue_retention,
        {{ score('cast(mrr_kept as double) / nullif(mrr_start, 0)') }} as gross_revenue_retention,
        is_reportable
    from cohorts
)

select * from reported

with churn as (
    select * from {{ ref('churn_by_segment') }}
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'logo_churn_rate' as metric,
        {{ share_measured('customers_churned', 'customers_start', 'logo_churn_rate') }},
        is_reportable
    from churn
    union all
    select
        period_grain, period_start, segment_type, segment,
        'renewal_rate',
        {{ share_measured('terms_renewed', 'terms_due', 'renewal_rate', 'renewal_rate is not null') }},
        renewal_rate is not null
    from churn
    where terms_due > 0
)

select * from metrics

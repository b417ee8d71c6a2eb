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
    {{- metrics_of('churn', {'renewal_rate': ('terms_renewed', 'terms_due')}) }}
)

select * from metrics

with subscriptions as (
    select
        *,
        churned_voluntary + churned_involuntary as customers_churned,
        customers_churned >= {{ var('min_responses') }} as is_churn_reportable
    from {{ ref('subscriptions_by_segment') }}
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'trial_conversion_rate' as metric,
        {{ share_measured(
            'trials_paid', 'trials_mature', 'trial_conversion_rate', 'trial_conversion_rate is not null'
        ) }},
        trial_conversion_rate is not null as is_reportable
    from subscriptions
    where trials_mature > 0
    union all
    select
        period_grain, period_start, segment_type, segment,
        'involuntary_churn_share',
        {{ share_measured('churned_involuntary', 'customers_churned', condition='is_churn_reportable') }},
        is_churn_reportable
    from subscriptions
    where customers_churned > 0
)

select * from metrics

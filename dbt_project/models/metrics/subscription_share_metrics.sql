{%- set involuntary = {'involuntary_churn_share': ('churned_involuntary', 'customers_churned')} %}
with subscriptions as (
    select
        *,
        churned_voluntary + churned_involuntary as customers_churned,
        {{ rate_columns(involuntary) }}
    from {{ ref('subscriptions_by_segment') }}
),

metrics as (
    {{ metrics_of(
        'subscriptions', dict(involuntary, trial_conversion_rate=('trials_paid', 'trials_mature'))
    ) | indent }}
)

select * from metrics

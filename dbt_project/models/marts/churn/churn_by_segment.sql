{%- set mrr = [
    'mrr_start', 'mrr_new', 'mrr_reactivated', 'mrr_expansion', 'mrr_contraction', 'mrr_churned',
    'mrr_end',
] %}
{%- set customers = {
    'customers_start': 'count(*) filter (where is_active_start)',
    'customers_new': 'count(*) filter (where is_new)',
    'customers_reactivated': 'count(*) filter (where is_reactivated)',
    'customers_churned': 'count(*) filter (where is_churned)',
} %}
{%- set terms = ['terms_due', 'terms_renewed'] %}
with months as (
    select * from {{ ref('fct_subscription_months') }}
),

summed as (
    {{ by_segment(
        'months', keys=['month_start'], aggregates=dict(customers, **sums_of(mrr + terms))
    ) | indent }}
),

typed as (
    select
        'month' as period_grain,
        month_start as period_start,
        segment_type,
        segment,
        {{ casts(customers | list + terms, 'bigint') }},
        {{ casts(mrr, 'double') }},
        customers_start >= {{ var('min_responses') }} as is_reportable
    from summed
),

rated as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        customers_start,
        customers_new,
        customers_reactivated,
        customers_churned,
        {{ score('customers_churned / cast(customers_start as double)') }} as logo_churn_rate,
        mrr_start,
        mrr_new,
        mrr_reactivated,
        mrr_expansion,
        mrr_contraction,
        mrr_churned,
        mrr_end,
        {{ score('(mrr_start - mrr_contraction - mrr_churned) / nullif(mrr_start, 0)') }}
            as gross_revenue_retention,
        {{ score('(mrr_start + mrr_expansion - mrr_contraction - mrr_churned) / nullif(mrr_start, 0)') }}
            as net_revenue_retention,
        terms_due,
        terms_renewed,
        {{ score('terms_renewed / cast(terms_due as double)', 'terms_due >= ' ~ var('min_responses')) }}
            as renewal_rate,
        is_reportable
    from typed
)

select * from rated

{%- set mrr = [
    'mrr_start', 'mrr_new', 'mrr_reactivated', 'mrr_expansion', 'mrr_contraction', 'mrr_churned',
    'mrr_end',
] %}
{%- set customers = ['customers_start', 'customers_new', 'customers_reactivated', 'customers_churned'] %}
{%- set terms = ['terms_due', 'terms_renewed'] %}
with months as (
    select * from {{ ref('fct_subscription_months') }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

profiled as (
    {{ in_each_profile('months') | indent }}
),

by_profile as (
    select
        month_start,
        profile_id,
        count(*) filter (where is_active_start) as customers_start,
        count(*) filter (where is_new) as customers_new,
        count(*) filter (where is_reactivated) as customers_reactivated,
        count(*) filter (where is_churned) as customers_churned,
        {{ sums('profiled', mrr + terms) }}
    from profiled
    group by month_start, profile_id
),

by_segment as (
    select
        'month' as period_grain,
        by_profile.month_start as period_start,
        segments.segment_type,
        segments.segment,
        {{ sums('by_profile', customers + terms, as_type='bigint') }},
        {{ sums('by_profile', mrr, as_type='double') }},
        sum(by_profile.customers_start) >= {{ var('min_responses') }} as is_reportable
    from by_profile
    inner join segments on by_profile.profile_id = segments.profile_id
    group by by_profile.month_start, segments.segment_type, segments.segment
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
    from by_segment
)

select * from rated

{%- set least = var('min_responses') %}
with churn as (
    select * from {{ ref('churn_by_segment') }}
),

spreads as (
    select * from {{ ref('mrr_spreads') }}
),

trials as (
    select * from {{ ref('trials_by_segment') }}
),

movements as (
    select
        churn.*,
        churn.period_start as month_start,
        spreads.customers_end,
        cast(spreads.customers_churned_involuntary as bigint) as churned_involuntary
    from churn
    inner join spreads
        on churn.period_start = spreads.month_start
        and churn.segment_type = spreads.segment_type
        and churn.segment = spreads.segment
),

rated as (
    select
        'month' as period_grain,
        month_start as period_start,
        segment_type,
        segment,
        {{ score(
            '(mrr_new + mrr_reactivated + mrr_expansion) / nullif(mrr_contraction + mrr_churned, 0)',
            'customers_start >= ' ~ least
        ) }} as quick_ratio,
        {{ score(
            '(mrr_churned + mrr_contraction - mrr_expansion) / nullif(mrr_start, 0)', 'customers_start >= ' ~ least
        ) }} as net_mrr_churn_rate,
        {{ score('mrr_end / customers_end', 'customers_end >= ' ~ least) }} as arpa,
        {{ score('mrr_new / customers_new', 'customers_new >= ' ~ least) }} as average_sale_price,
        cast(coalesce(trials_immature, 0) as bigint) as trials_immature,
        cast(coalesce(trials_mature, 0) as bigint) as trials_mature,
        cast(coalesce(trials_paid, 0) as bigint) as trials_paid,
        {{- rate_columns({'trial_conversion_rate': ('trials_paid', 'trials_mature')}) }},
        coalesce(customers_churned - churned_involuntary, 0) as churned_voluntary,
        coalesce(churned_involuntary, 0) as churned_involuntary,
        coalesce(greatest(customers_start, customers_end, customers_new, trials_mature) >= {{ least }}, false)
            as is_reportable
    from movements
    full outer join trials using (month_start, segment_type, segment)
)

select * from rated

{%- set ratios = {
    'quick_ratio': ('mrr_gained', 'mrr_lost'),
    'net_mrr_churn_rate': ('sum_start - sum_end', 'sum_start'),
    'arpa': ('mrr_end', 'customers_end'),
    'average_sale_price': ('mrr_new', 'customers_new'),
} %}
with subscriptions as (
    select * from {{ ref('subscriptions_by_segment') }}
),

churn as (
    select *, period_start as month_start from {{ ref('churn_by_segment') }}
),

spreads as (
    select * from {{ ref('mrr_spreads') }}
),

movements as (
    select
        *,
        mrr_new + mrr_reactivated + mrr_expansion as mrr_gained,
        mrr_contraction + mrr_churned as mrr_lost,
        -- Nobody gains and loses in one month: the products of both are 0.
        nullif({{ ratio_se(
            'mrr_gained', 'mrr_lost', 'sum_gained_gained', '0', 'sum_lost_lost', 'customers_seen'
        ) }}, 0) as quick_ratio_se,
        {{ ratio_se(
            'sum_end', 'sum_start', 'sum_end_end', 'sum_start_end', 'sum_start_start', 'customers'
        ) }} as net_mrr_churn_rate_se,
        sqrt({{ sample_variance('mrr_end', 'sum_paid_paid', 'nullif(customers_end, 0)') }} / customers_end)
            as arpa_se,
        sqrt({{ sample_variance('mrr_new', 'sum_new_new', 'nullif(customers_new, 0)') }} / customers_new)
            as average_sale_price_se
    from churn
    inner join spreads using (month_start, segment_type, segment)
),

scores as (
    select
        movements.*,
        subscriptions.quick_ratio,
        {{ log_normal_bound('quick_ratio', 'quick_ratio_se', '-') }} as quick_ratio_low,
        {{ log_normal_bound('quick_ratio', 'quick_ratio_se', '+') }} as quick_ratio_high,
        subscriptions.net_mrr_churn_rate,
        net_mrr_churn_rate - {{ z_95() }} * net_mrr_churn_rate_se as net_mrr_churn_rate_low,
        least(net_mrr_churn_rate + {{ z_95() }} * net_mrr_churn_rate_se, 1) as net_mrr_churn_rate_high,
        subscriptions.arpa,
        {{ t_95('(customers_end - 1)') }} * arpa_se as arpa_margin,
        greatest(arpa - arpa_margin, 0) as arpa_low,
        arpa + arpa_margin as arpa_high,
        subscriptions.average_sale_price,
        {{ t_95('(customers_new - 1)') }} * average_sale_price_se as average_sale_price_margin,
        greatest(average_sale_price - average_sale_price_margin, 0) as average_sale_price_low,
        average_sale_price + average_sale_price_margin as average_sale_price_high
    from movements
    inner join subscriptions using (period_start, segment_type, segment)
),

metrics as (
    {%- for metric, (numerator, denominator) in ratios.items() %}
    select
        'month' as period_grain, period_start, segment_type, segment,
        '{{ metric }}' as metric,
        {{ metric }} as value,
        {{ numerator }} as numerator,
        cast({{ denominator }} as double) as denominator,
        {{ score(metric ~ '_se', metric ~ ' is not null') }} as value_se,
        {{ score(metric ~ '_low', metric ~ ' is not null') }} as ci_low,
        {{ score(metric ~ '_high', metric ~ ' is not null') }} as ci_high,
        {{ metric }} is not null as is_reportable
    from scores
    where {{ denominator }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from metrics

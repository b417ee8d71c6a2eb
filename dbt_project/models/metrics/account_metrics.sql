{%- set metrics = {
    'nps_accounts': ('sum_x / 100', 'accounts_answered'),
    'nps_mrr_weighted': ('sum_mx / 100', 'mrr_answered'),
    'mrr_coverage': ('mrr_answered', 'mrr'),
} %}
with scores as (
    select * from {{ ref('account_scores') }}
),

metrics as (
    {%- for metric, (numerator, denominator) in metrics.items() %}
    select
        period_grain, period_start, segment_type, segment,
        '{{ metric }}' as metric,
        {{ metric }} as value,
        {{ numerator }} as numerator,
        cast({{ denominator }} as double) as denominator,
        {{ metric }}_se as value_se,
        {{ metric }}_ci_low as ci_low,
        {{ metric }}_ci_high as ci_high,
        {{ metric }} is not null as is_reportable
    from scores
    where {{ denominator }} > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from metrics

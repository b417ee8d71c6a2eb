{%- set least = var('min_responses') -%}
{%- set of_place = 'partition by metric, segment_type, segment' -%}
with sums as (
    select
        *,
        retained / cast(nullif(paying, 0) as double) as retention,
        {{ wilson_low('retained', 'paying') }} as retention_low,
        {{ wilson_high('retained', 'paying') }} as retention_high,
        mrr_later / nullif(mrr_then, 0) as expansion,
        {{ z_95() }} * {{ ratio_se(
            'mrr_later', 'mrr_then', 'later_later', 'then_later', 'then_then', 'paying'
        ) }} as expansion_width,
        -- Of a question without a band between, those who answer well.
        band = case
            when bool_or(band = 'passive') over (partition by metric) then 'passive' else 'positive'
        end as is_compared_with,
        paying >= {{ least }} as is_followed,
        customers >= {{ least }} as is_reportable
    from {{ ref('scores_by_segment') }}
),

compared as (
    select
        *,
        {%- for value in ['retention', 'retention_low', 'retention_high'] %}
        max(case when is_compared_with and is_followed then {{ value }} end) over ({{ of_place }})
            as {{ value }}_of_others,
        {%- endfor %}
        is_followed and band = 'negative' as is_at_risk
    from sums
),

-- Newcombe's interval (1998, method 10) of the difference of both.
excess as (
    select
        *,
        retention_of_others - retention as excess,
        sqrt(power(retention_of_others - retention_low_of_others, 2) + power(retention_high - retention, 2))
            as excess_below,
        sqrt(power(retention_high_of_others - retention_of_others, 2) + power(retention - retention_low, 2))
            as excess_above
    from compared
),

reported as (
    select
        'all' as period_grain,
        cast(null as date) as period_start,
        segment_type,
        segment,
        metric,
        {{ band_in_words('band', 'metric') | indent(8) }} as band,
        customers,
        paying as customers_paying,
        retained as customers_retained,
        {{ score('retention', 'is_followed') }} as retention_rate,
        {{ score('retention_low', 'is_followed') }} as retention_ci_low,
        {{ score('retention_high', 'is_followed') }} as retention_ci_high,
        mrr_then,
        {{ score('expansion', 'is_followed') }} as expansion_rate,
        {{ score('greatest(expansion - expansion_width, 0)', 'is_followed and expansion is not null') }}
            as expansion_ci_low,
        {{ score('expansion + expansion_width', 'is_followed') }} as expansion_ci_high,
        {{ score('spent_before / customers') }} as clv_historical_mean,
        {{ score('spent_after / customers') }} as spent_after_mean,
        mrr_now as mrr,
        {{ score('mrr_now * (1 - retention)', 'is_at_risk') }} as mrr_at_risk,
        {{ score('mrr_now * (1 - retention_high)', 'is_at_risk') }} as mrr_at_risk_ci_low,
        {{ score('mrr_now * (1 - retention_low)', 'is_at_risk') }} as mrr_at_risk_ci_high,
        {{ score('mrr_now * excess', 'is_at_risk') }} as mrr_at_risk_excess,
        {{ score('mrr_now * (excess - excess_below)', 'is_at_risk') }} as mrr_at_risk_excess_ci_low,
        {{ score('mrr_now * (excess + excess_above)', 'is_at_risk') }} as mrr_at_risk_excess_ci_high,
        is_reportable
    from excess
)

select * from reported

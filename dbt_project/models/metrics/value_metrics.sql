with clv as (
    select * from {{ ref('clv_by_segment') }}
),

errors as (
    select * from {{ ref('value_errors') }}
),

predictions as (
    select * from {{ ref('predictions_by_segment') }}
),

joined as (
    select
        clv.*,
        errors.revenue_mean_se as historical_se,
        clv.clv_formula * errors.formula_log_se as formula_se,
        predictions.value_predicted_se / predictions.customers_predicted as predicted_se
    from clv
    inner join errors
        on clv.segment_type = errors.segment_type and clv.segment = errors.segment
    left join predictions
        on clv.segment_type = predictions.segment_type and clv.segment = predictions.segment
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'clv_historical' as metric,
        clv_historical as value,
        revenue_historical as numerator,
        cast(customers as double) as denominator,
        {{ score('historical_se') }} as value_se,
        {{ score('clv_historical - ' ~ z_95() ~ ' * historical_se') }} as ci_low,
        {{ score('clv_historical + ' ~ z_95() ~ ' * historical_se') }} as ci_high,
        is_reportable
    from joined
    {%- for metric, se in [('clv_formula', 'formula_se'), ('clv_predicted', 'predicted_se')] %}
    union all
    select
        period_grain, period_start, segment_type, segment,
        '{{ metric }}',
        {{ metric }},
        null,
        cast(customers as double),
        {{ score(se, metric ~ ' > 0') }},
        {{ score(log_normal_bound(metric, se, '-'), metric ~ ' > 0') }},
        {{ score(log_normal_bound(metric, se, '+'), metric ~ ' > 0') }},
        {{ metric }} is not null
    from joined
    {%- endfor %}
)

select * from metrics

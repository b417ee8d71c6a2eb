{%- set suffix = '_trailing_' ~ var('trailing_days') ~ '_days' %}

with scores as (
    select * from {{ ref('survey_trailing_by_segment') }}
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'nps{{ suffix }}' as metric,
        {{ score(nps_estimate('positives', 'negatives', 'responses')) }} as value,
        cast(positives - negatives as double) as numerator,
        cast(responses as double) as denominator,
        {{ score(nps_standard_error('positives', 'negatives', 'responses')) }} as value_se,
        {{ score(nps_low('positives', 'negatives', 'responses')) }} as ci_low,
        {{ score(nps_high('positives', 'negatives', 'responses')) }} as ci_high,
        is_reportable
    from scores
    where metric = 'nps'
    union all
    select
        period_grain, period_start, segment_type, segment,
        case metric when 'csat' then 'csat{{ suffix }}' else 'ces_easy_rate{{ suffix }}' end,
        {{ score('cast(positives as double) / responses') }},
        cast(positives as double),
        cast(responses as double),
        {{ score(proportion_se('positives', 'responses')) }},
        {{ score(wilson_low('positives', 'responses')) }},
        {{ score(wilson_high('positives', 'responses')) }},
        is_reportable
    from scores
    where metric in ('csat', 'ces')
)

select * from metrics

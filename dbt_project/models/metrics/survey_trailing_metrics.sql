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
        {{ share_measured('positives', 'responses') }},
        is_reportable
    from scores
    where metric in ('csat', 'ces')
)

select * from metrics

with answers as (
    select
        metric, period_grain, period_start, segment_type, segment,
        sum(responses) >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_answers_by_segment') }}
    group by all
),

scores as (
    select
        weighted.*,
        answers.is_reportable
    from {{ ref('survey_weighted_scores') }} as weighted
    inner join answers
        on weighted.metric = answers.metric and {{ same_segment('weighted', 'answers') }}
),

{%- set p, d, n = 'effective_positives', 'effective_negatives', 'effective_responses' %}

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'nps_weighted' as metric,
        {{ score(nps_estimate(p, d, n)) }} as value,
        {{ score(p ~ ' - ' ~ d) }} as numerator,
        {{ score(n) }} as denominator,
        {{ score(nps_standard_error(p, d, n)) }} as value_se,
        {{ score(nps_low(p, d, n)) }} as ci_low,
        {{ score(nps_high(p, d, n)) }} as ci_high,
        is_reportable
    from scores
    where metric = 'nps'
    union all
    select
        period_grain, period_start, segment_type, segment,
        'csat_weighted',
        {{ score(p ~ ' / ' ~ n) }},
        {{ score(p) }},
        {{ score(n) }},
        {{ score(proportion_se(p, n)) }},
        {{ score(wilson_low(p, n)) }},
        {{ score(wilson_high(p, n)) }},
        is_reportable
    from scores
    where metric = 'csat'
)

select * from metrics

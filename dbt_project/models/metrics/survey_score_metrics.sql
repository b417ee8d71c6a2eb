with nps as (
    select
        period_grain, period_start, segment_type, segment,
        'nps' as metric,
        nps as value,
        cast(promoters - detractors as double) as numerator,
        cast(responses as double) as denominator,
        nps_se as value_se,
        nps_ci_low as ci_low,
        nps_ci_high as ci_high,
        is_reportable
    from {{ ref('nps_by_segment') }}
    where responses > 0
),

csat as (
    select
        period_grain, period_start, segment_type, segment,
        'csat' as metric,
        csat as value,
        cast(satisfied as double) as numerator,
        cast(responses as double) as denominator,
        {{ score(proportion_se('satisfied', 'responses')) }} as value_se,
        csat_ci_low as ci_low,
        csat_ci_high as ci_high,
        is_reportable
    from {{ ref('csat_by_segment') }}
),

ces_versions as (
    select
        period_grain, period_start,
        max_by(instrument_version, {{ version_order('instrument_version') }}) as instrument_version
    from {{ ref('ces_by_segment') }}
    where segment_type = 'all'
    group by period_grain, period_start
),

ces as (
    select
        answers.*,
        {{ t_95('(answers.responses - 1)') }} * answers.score_mean_se as score_margin
    from {{ ref('ces_by_segment') }} as answers
    inner join ces_versions
        on answers.period_grain = ces_versions.period_grain
        and answers.period_start is not distinct from ces_versions.period_start
        and answers.instrument_version = ces_versions.instrument_version
),

metrics as (
    select * from nps
    union all
    select * from csat
    union all
    select
        period_grain, period_start, segment_type, segment,
        'ces_easy_rate',
        ces_easy_rate,
        cast(easy as double),
        cast(responses as double),
        {{ score(proportion_se('easy', 'responses')) }},
        ces_ci_low,
        ces_ci_high,
        is_reportable
    from ces
    union all
    select
        period_grain, period_start, segment_type, segment,
        'ces_score_mean',
        score_mean,
        null,
        cast(responses as double),
        score_mean_se,
        {{ score('score_mean - score_margin') }},
        {{ score('score_mean + score_margin') }},
        is_reportable and score_mean is not null
    from ces
)

select * from metrics

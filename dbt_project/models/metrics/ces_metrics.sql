with answers as (
    select * from {{ ref('ces_by_segment') }}
),

versions as (
    select
        period_grain, period_start,
        max_by(instrument_version, {{ version_order('instrument_version') }}) as instrument_version
    from answers
    where segment_type = 'all'
    group by period_grain, period_start
),

ces as (
    select
        answers.*,
        {{ t_95('(answers.responses - 1)') }} * answers.score_mean_se as score_margin
    from answers
    inner join versions
        on answers.period_grain = versions.period_grain
        and answers.period_start is not distinct from versions.period_start
        and answers.instrument_version = versions.instrument_version
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'ces_easy_rate' as metric,
        {{ share_measured('easy', 'responses', 'ces_easy_rate') }},
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

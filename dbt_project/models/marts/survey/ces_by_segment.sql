with answers as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        instrument_version,
        {{ sums('by_scale', ['responses', 'positives', 'score_sum', 'score_square_sum']) }},
        count(distinct scale) = 1 as has_one_scale,
        sum(responses) >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_answers_by_segment') }} as by_scale
    where metric = 'ces'
    group by all
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        instrument_version,
        cast(responses as bigint) as responses,
        cast(positives as bigint) as easy,
        {{ score('cast(positives as double) / responses') }} as ces_easy_rate,
        {{ score(wilson_low('positives', 'responses')) }} as ces_ci_low,
        {{ score(wilson_high('positives', 'responses')) }} as ces_ci_high,
        {{ score('cast(score_sum as double) / responses', 'is_reportable and has_one_scale') }} as score_mean,
        {{ score(
            'sqrt(' ~ sample_variance('score_sum', 'score_square_sum', 'responses') ~ ' / responses)',
            'is_reportable and has_one_scale'
        ) }} as score_mean_se,
        is_reportable
    from answers
)

select * from reported

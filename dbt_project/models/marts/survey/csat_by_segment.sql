with answers as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        sum(responses) as responses,
        sum(positives) as satisfied,
        sum(score_sum) as score_sum,
        sum(responses) >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_answers_by_segment') }}
    where metric = 'csat'
    group by all
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        cast(responses as bigint) as responses,
        cast(satisfied as bigint) as satisfied,
        {{ score('cast(satisfied as double) / responses') }} as csat,
        {{ score(wilson_low('satisfied', 'responses')) }} as csat_ci_low,
        {{ score(wilson_high('satisfied', 'responses')) }} as csat_ci_high,
        {{ score('score_sum / responses') }} as score_mean,
        is_reportable
    from answers
)

select * from reported

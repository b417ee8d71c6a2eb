with answers as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        sum(responses) as responses,
        sum(positives) as satisfied,
        sum(score_sum) as score_sum,
        count(distinct scale) = 1 as has_one_scale,
        sum(responses) >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_answers_by_segment') }}
    where metric = 'csat'
    group by all
),

changes as (
    select * from {{ ref('survey_changes') }}
    where metric = 'csat'
),

weighted as (
    select * from {{ ref('survey_weighted_scores') }}
    where metric = 'csat'
),

scores as (
    select
        answers.*,
        {{ wilson_low('answers.satisfied', 'answers.responses') }} as low,
        {{ wilson_high('answers.satisfied', 'answers.responses') }} as high,
        weighted.effective_positives / weighted.effective_responses as share_weighted,
        changes.change,
        changes.z,
        changes.p_adjusted
    from answers
    left join changes on {{ same_segment('answers', 'changes') }}
    left join weighted on {{ same_segment('answers', 'weighted') }}
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
        {{ score('low') }} as csat_ci_low,
        {{ score('high') }} as csat_ci_high,
        {{ score('cast(score_sum as double) / responses', 'is_reportable and has_one_scale') }} as score_mean,
        {{ score('share_weighted') }} as csat_weighted,
        is_reportable and share_weighted not between low and high as is_moved_by_weighting,
        {{ score('change') }} as csat_change,
        {{ score('z') }} as csat_change_z,
        {{ score('p_adjusted') }} as csat_change_p,
        is_reportable
    from scores
)

select * from reported

with answers as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        sum(responses) as responses,
        sum(positives) as promoters,
        sum(passives) as passives,
        sum(negatives) as detractors
    from {{ ref('survey_answers_by_segment') }}
    where metric = 'nps'
    group by all
),

invited as (
    select * from {{ ref('survey_invitations_by_segment') }}
    where metric = 'nps'
),

counts as (
    select
        coalesce(answers.period_grain, invited.period_grain) as period_grain,
        coalesce(answers.period_start, invited.period_start) as period_start,
        coalesce(answers.segment_type, invited.segment_type) as segment_type,
        coalesce(answers.segment, invited.segment) as segment,
        coalesce(answers.responses, 0) as responses,
        coalesce(answers.promoters, 0) as promoters,
        coalesce(answers.passives, 0) as passives,
        coalesce(answers.detractors, 0) as detractors,
        coalesce(invited.invitations, 0) as invitations,
        coalesce(invited.invitations_answered, 0) as invitations_answered,
        coalesce(answers.responses, 0) >= {{ var('min_responses') }} as is_reportable
    from answers
    full outer join invited on {{ same_segment('answers', 'invited') }}
)

select * from counts

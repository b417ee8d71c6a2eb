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

shares as (
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
    full outer join invited
        on answers.period_grain = invited.period_grain
        and answers.period_start is not distinct from invited.period_start
        and answers.segment_type = invited.segment_type
        and answers.segment = invited.segment
),

scores as (
    select
        *,
        {{ nps_estimate('promoters', 'detractors', 'responses') }} as estimate,
        {{ nps_standard_error('promoters', 'detractors', 'responses') }} as standard_error,
        {{ nps_estimate('promoters + 0.75', 'detractors + 0.75', 'responses + 3') }} as centre,
        {{ z_95() }}
        * {{ nps_standard_error('promoters + 0.75', 'detractors + 0.75', 'responses + 3') }} as margin
    from shares
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        cast(responses as bigint) as responses,
        cast(promoters as bigint) as promoters,
        cast(passives as bigint) as passives,
        cast(detractors as bigint) as detractors,
        {{ score('estimate') }} as nps,
        {{ score('standard_error') }} as nps_se,
        {{ score('greatest(centre - margin, -100)') }} as nps_ci_low,
        {{ score('least(centre + margin, 100)') }} as nps_ci_high,
        cast(invitations as bigint) as invitations,
        {{ score('cast(invitations_answered as double) / nullif(invitations, 0)', 'true') }}
            as response_rate,
        is_reportable
    from scores
)

select * from reported

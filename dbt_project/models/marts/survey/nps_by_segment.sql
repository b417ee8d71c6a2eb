with counts as (
    select * from {{ ref('nps_counts') }}
),

changes as (
    select * from {{ ref('survey_changes') }}
    where metric = 'nps'
),

weighted as (
    select * from {{ ref('survey_weighted_scores') }}
    where metric = 'nps'
),

scores as (
    select
        counts.*,
        {{ nps_estimate('counts.promoters', 'counts.detractors', 'counts.responses') }} as estimate,
        {{ nps_standard_error('counts.promoters', 'counts.detractors', 'counts.responses') }}
            as standard_error,
        {{ nps_low('counts.promoters', 'counts.detractors', 'counts.responses') }} as low,
        {{ nps_high('counts.promoters', 'counts.detractors', 'counts.responses') }} as high,
        {{ nps_estimate(
            'weighted.effective_positives', 'weighted.effective_negatives', 'weighted.effective_responses'
        ) }}
            as estimate_weighted,
        weighted.effective_responses,
        changes.change,
        changes.z,
        changes.p_adjusted
    from counts
    left join changes on {{ same_segment('counts', 'changes') }}
    left join weighted on {{ same_segment('counts', 'weighted') }}
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
        {{ score('low') }} as nps_ci_low,
        {{ score('high') }} as nps_ci_high,
        cast(invitations as bigint) as invitations,
        {{ score(
            'cast(invitations_answered as double) / invitations', 'invitations >= ' ~ var('min_responses')
        ) }}
            as response_rate,
        {{ score('estimate_weighted') }} as nps_weighted,
        {{ score('effective_responses') }} as effective_responses,
        is_reportable and estimate_weighted not between low and high as is_moved_by_weighting,
        {{ score('change') }} as nps_change,
        {{ score('z') }} as nps_change_z,
        {{ score('p_adjusted') }} as nps_change_p,
        is_reportable
    from scores
)

select * from reported

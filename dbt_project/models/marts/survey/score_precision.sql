with invitations as (
    select * from {{ ref('survey_invitations_by_segment') }}
),

scores as (
    select
        period_grain, period_start, segment_type, segment, is_reportable,
        'nps' as metric, -100 as lowest, 100 as highest,
        responses, nps as score, nps_ci_low as ci_low, nps_ci_high as ci_high, nps_weighted as weighted
    from {{ ref('nps_by_segment') }}
    union all
    select
        period_grain, period_start, segment_type, segment, is_reportable,
        'csat', 0, 1,
        responses, csat, csat_ci_low, csat_ci_high, csat_weighted
    from {{ ref('csat_by_segment') }}
),

asked as (
    select
        scores.*,
        cast(invitations.invitations_answered as double) / nullif(invitations.invitations, 0)
            as response_rate
    from scores
    left join invitations on {{ same_segment('scores', 'invitations', keys=['metric']) }}
),

precise as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        metric,
        responses as n,
        {{ rounded('(ci_high - ci_low) / 2') }} as half_width,
        {{ rounded('response_rate') }} as response_rate,
        {{ rounded('response_rate * score + (1 - response_rate) * lowest') }} as bias_low,
        {{ rounded('response_rate * score + (1 - response_rate) * highest') }} as bias_high,
        {{ rounded('score - weighted') }} as bias_by_mix,
        is_reportable
    from asked
)

select * from precise

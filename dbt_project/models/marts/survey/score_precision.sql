with invitations as (select * from {{ ref('survey_invitations_by_segment') }}),

comparisons as (select * from {{ ref('period_precision') }}),

limits as (select * from {{ ref('control_limits') }}),

scores as (
    select
        period_grain, period_start, segment_type, segment, is_reportable,
        'nps' as metric, cast(null as string) as instrument_version, -100 as lowest, 100 as highest,
        responses, nps as score, nps_ci_low as ci_low, nps_ci_high as ci_high, nps_weighted as weighted
    from {{ ref('nps_by_segment') }}
    union all
    select
        period_grain, period_start, segment_type, segment, is_reportable,
        'csat', null, 0, 1,
        responses, csat, csat_ci_low, csat_ci_high, csat_weighted
    from {{ ref('csat_by_segment') }}
    union all
    select
        period_grain, period_start, segment_type, segment, is_reportable,
        'ces_easy_rate', instrument_version, 0, 1,
        responses, ces_easy_rate, ces_ci_low, ces_ci_high, null
    from {{ ref('ces_by_segment') }}
    union all
    select
        period_grain, period_start, segment_type, segment, n >= {{ var('min_responses') }},
        metric, null, 0, 1,
        cast(n as bigint), hits / n, {{ wilson_low('hits', 'n') }}, {{ wilson_high('hits', 'n') }}, null
    from {{ ref('share_counts') }}
),

asked as (
    select
        scores.*,
        cast(invitations.invitations_answered as double) / nullif(invitations.invitations, 0)
            as response_rate,
        cast(scores.responses + invitations.invitations - invitations.invitations_answered as double) as base
    from scores
    left join invitations on {{ same_segment('scores', 'invitations', keys=['metric']) }}
),

precise as (
    select
        asked.period_grain, asked.period_start, asked.segment_type, asked.segment,
        asked.metric, asked.instrument_version,
        asked.responses as n,
        {{ score('asked.score', 'asked.is_reportable') }} as score,
        {{ score('(asked.ci_high - asked.ci_low) / 2', 'asked.is_reportable') }} as half_width,
        {{ still_needed('comparisons.answers_needed', 'asked.responses') }} as answers_still_needed,
        {{ still_needed(needed_of_base('comparisons.answers_needed', 'asked.base'), 'asked.responses') }}
            as answers_still_needed_of_asked,
        comparisons.detectable_change,
        comparisons.year_on_year,
        comparisons.year_on_year_p,
        limits.centre as control_centre,
        limits.control_low,
        limits.control_high,
        limits.is_provisional as is_control_provisional,
        limits.control_signal,
        limits.control_signal <> 'none' as is_out_of_control,
        {{ rounded('asked.response_rate') }} as response_rate,
        {{ rounded('asked.response_rate * asked.score + (1 - asked.response_rate) * asked.lowest') }}
            as bias_low,
        {{ rounded('asked.response_rate * asked.score + (1 - asked.response_rate) * asked.highest') }}
            as bias_high,
        {{ rounded('asked.score - asked.weighted') }} as bias_by_mix,
        asked.is_reportable
    from asked
    left join comparisons
        on {{ same_segment('asked', 'comparisons', keys=['metric']) }}
        and asked.instrument_version is not distinct from comparisons.instrument_version
    left join limits
        on {{ same_segment('asked', 'limits', keys=['metric']) }}
        and asked.instrument_version is not distinct from limits.instrument_version
)

select * from precise

with changes as (
    select * from {{ ref('change_sentences') }}
),

reported as (
    select
        metric,
        nullif(instrument_version, '') as instrument_version,
        period_grain,
        period_start,
        segment_type,
        label as segment,
        cast(units_before as bigint) as n_before,
        cast(units_after as bigint) as n_after,
        {{ roundings(['share_before', 'share_after']) }},
        {{ score('score_before', 'is_reportable and share_before > 0') }} as value_before,
        {{ score('score_after', 'is_reportable and share_after > 0') }} as value_after,
        mix,
        case when is_reportable then mix_se end as mix_se,
        rate,
        case when is_reportable then rate_se end as rate_se,
        {{ rounded('mix + rate') }} as contribution,
        {{ rounded('whole_after - whole_before') }} as whole_change,
        case when is_reportable then divergence end as divergence,
        case when is_reportable then divergence_se end as divergence_se,
        {{ rounded('p_adjusted') }} as p,
        case when not is_whole then cast(place_by_p as integer) end as rank,
        sentence,
        is_reportable
    from changes
)

select * from reported

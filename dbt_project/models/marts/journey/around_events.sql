{%- set place = ['anchor', 'window_days', 'segment_type', 'segment'] %}

with counts as (
    select
        *,
        events >= {{ var('min_responses') }} as is_reportable
    from {{ ref('anchored_contacts') }}
),

ratios as (
    select * from {{ ref('contact_rate_ratios') }}
),

nps as (
    select * from {{ ref('score_changes') }}
    where metric = 'nps'
),

csat as (
    select * from {{ ref('score_changes') }}
    where metric = 'csat'
),

described as (
    select
        counts.{{ place | join(', counts.') }},
        {{ casts(['events', 'events_pending', 'customers', 'contacts_before', 'contacts_after'], 'bigint') }},
        counts.days_after as customer_days,
        {%- for ending in ['', '_ci_low', '_ci_high', '_p'] %}
        {{ score('ratios.rate_ratio' ~ ending) }} as contact_rate_ratio{{ ending }},
        {%- endfor %}
        cast(coalesce(nps.pairs, 0) as bigint) as nps_pairs,
        nps.score_before as nps_before,
        nps.score_after as nps_after,
        nps.change,
        {{ rounded('nps.change - nps.change_width') }} as change_ci_low,
        {{ rounded('nps.change + nps.change_width') }} as change_ci_high,
        nps.change_p,
        cast(coalesce(nps.pairs_matched, 0) as bigint) as nps_pairs_matched,
        case when nps.effect_width is not null then nps.change_expected end as change_expected,
        case when nps.effect_width is not null then nps.effect end as effect,
        {{ rounded('nps.effect - nps.effect_width') }} as effect_ci_low,
        {{ rounded('nps.effect + nps.effect_width') }} as effect_ci_high,
        nps.effect_p,
        cast(coalesce(csat.pairs, 0) as bigint) as csat_pairs,
        csat.score_before as csat_before,
        csat.score_after as csat_after,
        csat.change_p as csat_change_p,
        counts.is_reportable
    from counts
    left join ratios on {{ same_values('counts', 'ratios', place) }}
    left join nps on {{ same_values('counts', 'nps', place) }}
    left join csat on {{ same_values('counts', 'csat', place) }}
)

select * from described

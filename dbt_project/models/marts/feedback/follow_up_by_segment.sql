{%- set rates = {
    'follow_up_rate': ('followed_up', 'detractors_due'),
    'follow_up_in_time_rate': ('followed_up_in_time', 'detractors_due'),
    'closed_rate': ('closed', 'followed_up'),
} %}
{% set counts = ['detractors', 'detractors_due', 'followed_up', 'followed_up_in_time', 'closed', 'waiting'] %}
{%- for group in ['', '_uncontacted'] %}
{%- do rates.update({
    'answered_again_rate' ~ group: ('answered_again' ~ group, 'mature' ~ group),
    'rescue_rate' ~ group: ('rescued' ~ group, 'answered_again' ~ group),
    'churn_rate' ~ group: ('churned' ~ group, 'subscribers' ~ group),
}) %}
{%- do counts.extend([
    'mature' ~ group, 'answered_again' ~ group, 'rescued' ~ group, 'subscribers' ~ group, 'churned' ~ group
]) %}
{%- endfor %}

with by_score as (
    select * from {{ ref('detractors_by_score') }}
),

contacts as (
    select * from {{ ref('follow_up_waits') }}
    where wait = 'contact'
),

closings as (
    select * from {{ ref('follow_up_waits') }}
    where wait = 'close'
),

effects as (
    select * from {{ ref('follow_up_effects') }}
),

summed as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        {{ sums('by_score', counts) }}
    from by_score
    group by period_grain, period_start, segment_type, segment
),

reported as (
    select
        summed.period_grain,
        summed.period_start,
        summed.segment_type,
        summed.segment,
        {{ casts(counts, 'bigint') }},
        {%- for rate, (part, whole) in rates.items() %}
        {%- set part, whole = 'summed.' ~ part, 'summed.' ~ whole %}
        {%- set enough = whole ~ ' >= ' ~ var('min_responses') %}
        {{ score('cast(' ~ part ~ ' as double) / ' ~ whole, enough) }} as {{ rate }},
        {{ score(wilson_low(part, whole), enough) }} as {{ rate }}_ci_low,
        {{ score(wilson_high(part, whole), enough) }} as {{ rate }}_ci_high,
        {%- endfor %}
        {%- for relation, name in [('contacts', 'hours_to_contact'), ('closings', 'hours_to_close')] %}
        {%- for ending in ['median', 'median_ci_low', 'median_ci_high'] %}
        cast({{ relation }}.hours_{{ ending }} as double) as {{ name }}_{{ ending }},
        {%- endfor %}
        {%- endfor %}
        cast(coalesce(effects.pairs_matched, 0) as bigint) as pairs_matched,
        case when effects.effect_width is not null then effects.effect end as effect,
        {{ rounded('effects.effect - effects.effect_width') }} as effect_ci_low,
        {{ rounded('effects.effect + effects.effect_width') }} as effect_ci_high,
        effects.effect_p,
        case when effects.effect_width is not null then effects.effect_in_strata end as effect_in_strata,
        summed.detractors_due >= {{ var('min_responses') }} as is_reportable
    from summed
    left join contacts on {{ same_segment('summed', 'contacts') }}
    left join closings on {{ same_segment('summed', 'closings') }}
    left join effects on {{ same_segment('summed', 'effects') }}
)

select * from reported

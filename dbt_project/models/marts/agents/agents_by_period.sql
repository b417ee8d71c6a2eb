{%- set shares = {'reopen_rate': ('reopened', 'reopens_known'), 'csat': ('satisfied', 'responses')} %}
{%- set has_answers = 'responses >= ' ~ var('min_responses') %}
with scores as (
    select * from {{ ref('agent_scores') }}
),

reported as (
    select
        period_grain,
        period_start,
        agent_id,
        group_name,
        cast(tickets as bigint) as tickets,
        {%- for rate, (part, whole) in shares.items() %}
        {%- set enough = whole ~ ' >= ' ~ var('min_responses') %}
        {{ casts([whole, part], 'bigint') }},
        {{ score('cast(' ~ part ~ ' as double) / ' ~ whole, enough) }} as {{ rate }},
        {{ score('group_' ~ rate, enough) }} as group_{{ rate }},
        {%- for measure in ['prior', 'shrunk', 'shrunk_ci_low', 'shrunk_ci_high'] %}
        {{ score(rate ~ '_' ~ measure, enough) }} as {{ rate }}_{{ measure }},
        {%- endfor %}
        {%- endfor %}
        case when {{ has_answers }} then cast(rank() over standing as bigint) end as csat_rank,
        {{ score('csat_limit_low', has_answers) }} as csat_limit_low,
        {{ score('csat_limit_high', has_answers) }} as csat_limit_high,
        csat not between csat_limit_low and csat_limit_high as is_outside_limits,
        greatest(responses, reopens_known) >= {{ var('min_responses') }} as is_reportable
    from scores
    window standing as (
        partition by period_grain, period_start, group_name, {{ has_answers }}
        order by csat_shrunk desc
    )
)

select * from reported

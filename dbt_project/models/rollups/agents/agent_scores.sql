{%- set counts = ['tickets', 'reopens_known', 'reopened', 'responses', 'satisfied'] %}
{%- set shares = {'csat': ('satisfied', 'responses'), 'reopen_rate': ('reopened', 'reopens_known')} %}
with daily as (
    select * from {{ ref('agent_outcomes_daily') }}
),

by_period as (
    {{ in_grains(
        'daily', 'daily.event_date', period_grains() + ['all'], 'daily.agent_id, daily.group_name', counts
    ) | indent }}
),

pooled as (
    select
        {%- for name, (part, whole) in shares.items() %}
        {{ pool_moments(name, part, whole, 'pool') | indent(8) }},
        {%- endfor %}
        by_period.*
    from by_period
    window pool as (partition by period_grain, period_start, group_name)
),

correlated as (
    select
        {%- for name in shares %}
        {{ pool_rho(name) | indent(8) }} as {{ name }}_rho,
        {%- endfor %}
        pooled.*
    from pooled
),

weighed as (
    select
        {%- for name in shares %}
        {{ pool_strength(name) }} as {{ name }}_strength,
        {%- endfor %}
        correlated.*
    from correlated
),

shrunk as (
    select
        {%- for name, (part, whole) in shares.items() %}
        {{ shrunk_share(name, part, whole) | indent(8) }} as {{ name }}_shrunk,
        {%- endfor %}
        weighed.*
    from weighed
),

scored as (
    select
        period_grain,
        period_start,
        agent_id,
        group_name,
        {{ counts | join(', ') }},
        {%- for name, (part, whole) in shares.items() %}
        {{ rounded(pool_share(name)) }} as group_{{ name }},
        {{ rounded(name ~ '_strength') }} as {{ name }}_prior,
        {{ rounded(name ~ '_shrunk') }} as {{ name }}_shrunk,
        {{ rounded(shrunk_low(name, part, whole)) }} as {{ name }}_shrunk_ci_low,
        {{ rounded(shrunk_high(name, part, whole)) }} as {{ name }}_shrunk_ci_high,
        {%- endfor %}
        {{ rounded('greatest(' ~ funnel_bound('csat', 'responses', '-') ~ ', 0)') }} as csat_limit_low,
        {{ rounded('least(' ~ funnel_bound('csat', 'responses', '+') ~ ', 1)') }} as csat_limit_high
    from shrunk
)

select * from scored

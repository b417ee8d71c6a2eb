{{ config(materialized='table') }}

{%- set landmark = var('support_landmark_days') %}

with lives as (
    select * from {{ ref('support_lives') }}
),

horizons as (
    {{ support_horizons() | indent }}
),

-- Who was ever contacted lived to be so; at a landmark all have lived as long.
ends as (
    select 'ever' as since, contact_day is not null as is_contacted, end_day as lag_days, is_churned
    from lives
    union all
    select 'landmark', coalesce(contact_day <= {{ landmark }}, false), end_day - {{ landmark }}, is_churned
    from lives
    where end_day > {{ landmark }}
),

days as (
    select
        since,
        is_contacted,
        lag_days,
        count(*) as lives,
        count(*) filter (where is_churned) as churned
    from ends
    group by since, is_contacted, lag_days
),

at_risk as (
    select
        *,
        sum(lives) over (partition by since, is_contacted order by lag_days desc) as at_risk
    from days
),

curves as (
    select
        *,
        {{ kaplan_meier('churned') | indent(8) }}
    from at_risk
    window so_far as (partition by since, is_contacted order by lag_days)
),

followed as (
    select
        horizons.horizon_months,
        curves.since,
        curves.is_contacted,
        sum(curves.lives) as customers,
        min(case when curves.lag_days <= horizons.horizon_days then {{ survival() }} else 1 end) as survival,
        coalesce(sum(curves.lives) filter (where curves.lag_days >= horizons.horizon_days), 0) as followed
    from curves
    cross join horizons
    group by horizons.horizon_months, curves.since, curves.is_contacted
),

told as (
    select
        horizon_months,
        {%- for since in ['ever', 'landmark'] %}
        {%- for group, condition in [('contacted', 'is_contacted'), ('others', 'not is_contacted')] %}
        {%- set among = "filter (where since = '" ~ since ~ "' and " ~ condition ~ ')' %}
        {%- set enough = 'max(followed) ' ~ among ~ ' >= ' ~ var('min_responses') %}
        coalesce(max(customers) {{ among }}, 0) as {{ since }}_{{ group }},
        case when {{ enough }} then {{ rounded('max(survival) ' ~ among) }} end
            as {{ since }}_retention_{{ group }},
        {%- endfor %}
        {%- endfor %}
        count(*) as curves
    from followed
    group by horizon_months
)

select * from told

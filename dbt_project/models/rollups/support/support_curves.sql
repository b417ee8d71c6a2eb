{{ config(materialized='table') }}

with days as (
    select
        is_contacted,
        lag_days,
        {{ exact_sum('churned * factor') }} as churned,
        {{ exact_sum('at_risk * factor') }} as at_risk
    from {{ ref('support_exits') }}
    group by is_contacted, lag_days
),

curves as (
    select
        *,
        {{ kaplan_meier('churned') | indent(8) }}
    from days
    window so_far as (partition by is_contacted order by lag_days)
),

told as (
    select
        is_contacted,
        lag_days,
        at_risk,
        churned,
        {{ survival() }} as survival
    from curves
)

select * from told

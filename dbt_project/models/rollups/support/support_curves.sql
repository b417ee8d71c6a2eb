{{ config(materialized='table') }}

with days as (
    select
        measure,
        is_contacted,
        lag_days,
        {{ exact_sum('lost * factor') }} as lost,
        {{ exact_sum('at_risk * factor') }} as at_risk
    from {{ ref('support_exits') }}
    group by measure, is_contacted, lag_days
),

curves as (
    select
        *,
        {{ kaplan_meier('lost') | indent(8) }}
    from days
    window so_far as (partition by measure, is_contacted order by lag_days)
),

told as (
    select
        measure,
        is_contacted,
        lag_days,
        at_risk,
        lost,
        {{ survival() }} as survival
    from curves
)

select * from told

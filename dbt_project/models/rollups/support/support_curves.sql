{{ config(materialized='table') }}

{%- set place = 'segment_type, segment, measure, is_contacted' %}

with days as (
    select
        {{ place }},
        exits.lag_days,
        {{ exact_sum('exits.lost * exits.factor') }} as lost,
        {{ exact_sum('exits.at_risk * exits.factor') }} as at_risk
    from {{ ref('support_exits') }} as exits
    inner join {{ ref('support_cells') }} as cells on exits.cell = cells.cell
    group by {{ place }}, exits.lag_days
),

curves as (
    select
        *,
        {{ kaplan_meier('lost') | indent(8) }}
    from days
    window so_far as (partition by {{ place }} order by lag_days)
),

told as (
    select
        {{ place }},
        lag_days,
        at_risk,
        lost,
        {{ survival() }} as survival
    from curves
)

select * from told

{{ config(materialized='table') }}

with visits as (
    select distinct stage from {{ ref('stage_visits') }}
),

listed as (
    {%- for stage in var('funnel_stages') %}
    select {{ loop.index }} as place, {{ quoted([stage]) }} as stage
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

stages as (
    select
        cast(row_number() over (order by listed.place) as integer) as step,
        listed.stage,
        row_number() over (order by listed.place desc) = 1 as is_last
    from listed
    inner join visits on listed.stage = visits.stage
)

select * from stages

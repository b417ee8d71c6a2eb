{{ config(materialized='table') }}

{#- So many quarters may have begun within the horizon, beside those that are asked for. -#}
{%- set past = var('health_backtest_quarters') -%}
{%- set candidates = past + var('health_horizon_days') // 90 + 2 -%}
with seen as (
    select max(last_seen_at) as known_until from {{ ref('int_customers_seen') }}
),

present as (
    select cast({{ dbt.dateadd('day', 1, "date_trunc('day', known_until)") }} as timestamp) as as_of
    from seen
    where known_until is not null
),

quarters as (
    {%- for quarter in range(candidates) %}
    select
        cast({{ dbt.dateadd('month', -3 * quarter, "date_trunc('quarter', as_of)") }} as timestamp)
            as as_of
    from present
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

mature as (
    select
        quarters.as_of,
        row_number() over (order by quarters.as_of desc) as place
    from quarters
    inner join present
        on {{ dbt.dateadd('day', var('health_horizon_days'), 'quarters.as_of') }} <= present.as_of
),

dates as (
    select as_of, false as is_now from mature
    where place <= {{ past }}
    union all
    select as_of, true as is_now from present
),

ended as (
    select
        as_of,
        is_now,
        cast({{ dbt.dateadd('day', var('health_horizon_days'), 'as_of') }} as timestamp) as ends_at
    from dates
)

select * from ended

{{ config(materialized='table') }}

{%- set place = 'is_contacted, cell' %}

with contacted as (
    select * from {{ ref('support_contacts_matched') }}
),

matches as (
    select * from {{ ref('support_matches') }}
),

ends as (
    select
        true as is_contacted,
        cell,
        lag_days,
        case when is_churned then 'churned' else 'open' end as exit,
        1e0 as weight
    from contacted
    union all
    select false, cell, lag_days, exit, customers * weight
    from matches
),

summed as (
    select
        {{ place }},
        lag_days,
        {{ exact_sum('weight') }} as weight,
        coalesce({{ exact_sum('weight', "filter (where exit = 'churned')") }}, 0) as churned,
        coalesce({{ exact_sum('weight', "filter (where exit = 'contacted')") }}, 0) as contacted
    from ends
    group by {{ place }}, lag_days
),

days as (
    select {{ place }}, {{ whole_numbers(0, 'max(lag_days)') }} as lag_days
    from summed
    group by {{ place }}
),

at_risk as (
    select
        days.is_contacted,
        days.cell,
        days.lag_days,
        coalesce(summed.churned, 0) as churned,
        coalesce(summed.contacted, 0) as contacted,
        {{ exact_sum(
            'coalesce(summed.weight, 0)',
            'over (partition by days.is_contacted, days.cell order by days.lag_days desc)'
        ) }} as at_risk
    from days
    left join summed
        on days.is_contacted = summed.is_contacted
        and days.cell = summed.cell
        and days.lag_days = summed.lag_days
),

-- Who is contacted leaves the controls: those alike who are left stand for them.
weighted as (
    select
        *,
        {{ rounded('coalesce(exp(-' ~ exact_sum(
            'ln(nullif(greatest(1 - contacted / nullif(at_risk - churned, 0), 0), 0))', 'over before'
        ) ~ '), 1)') }} as factor
    from at_risk
    window before as (
        partition by {{ place }} order by lag_days rows between unbounded preceding and 1 preceding
    )
)

select * from weighted

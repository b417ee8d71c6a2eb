{{ config(materialized='table') }}

{%- set place = 'measure, is_contacted, cell' %}

with ends as (
    select
        measure, true as is_contacted, cell, lag_days, amount,
        case when exit in {{ support_losses() }} then amount else 0 end as lost,
        0 as contacted
    from {{ ref('support_contacts_matched') }}
    union all
    select measure, false, cell, lag_days, amount * weight, lost * weight, contacted * weight
    from {{ ref('support_matches') }}
),

summed as (
    select
        {{ place }},
        lag_days,
        {{ exact_sum('amount') }} as amount,
        {{ exact_sum('lost') }} as lost,
        {{ exact_sum('contacted') }} as contacted
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
        days.*,
        coalesce(summed.lost, 0) as lost,
        coalesce(summed.contacted, 0) as contacted,
        {{ exact_sum(
            'coalesce(summed.amount, 0)',
            'over (partition by ' ~ place ~ ' order by lag_days desc)'
        ) }} as at_risk
    from days
    left join summed using ({{ place }}, lag_days)
),

-- Who is contacted leaves the controls: those alike who are left stand for them.
weighted as (
    select
        *,
        {{ rounded('coalesce(exp(-' ~ exact_sum(
            'ln(nullif(greatest(1 - contacted / nullif(at_risk - lost, 0), 0), 0))', 'over before'
        ) ~ '), 1)') }} as factor
    from at_risk
    window before as (
        partition by {{ place }} order by lag_days rows between unbounded preceding and 1 preceding
    )
)

select * from weighted

{{ config(materialized='table') }}

with lives as (
    select * from {{ ref('support_lives') }}
),

-- A contact counts from the next day on, so that no churn is of the contact of its own day.
changes as (
    select
        end_day as day,
        count(*) as ends,
        count(contact_day) as ends_contacted,
        count(*) filter (where is_churned) as churned,
        count(contact_day) filter (where is_churned) as churned_contacted,
        0 as came
    from lives
    group by end_day
    union all
    select contact_day + 1, 0, 0, 0, 0, count(*)
    from lives
    where contact_day is not null
    group by contact_day
),

days as (
    select
        day,
        sum(ends) as ends,
        sum(ends_contacted) as ends_contacted,
        sum(churned) as churned,
        sum(churned_contacted) as churned_contacted,
        sum(came) as came
    from changes
    group by day
),

at_risk as (
    select
        day,
        churned as d,
        churned_contacted as d1,
        cast(sum(ends) over later as double) as n,
        cast(sum(came) over so_far - sum(ends_contacted) over so_far + ends_contacted as double) as n1,
        cast(sum(ends_contacted) over later as double) as n1_ever
    from days
    window
        so_far as (order by day rows between unbounded preceding and current row),
        later as (order by day rows between current row and unbounded following)
),

states as (
    select 'contacted_before' as state, d, d1, n, n1 from at_risk
    union all
    select 'contacted_ever', d, d1, n, n1_ever from at_risk
),

tested as (
    select
        state,
        cast(sum(d) as double) as churned,
        cast(sum(d1) as double) as observed,
        {{ exact_sum('d * n1 / n') }} as expected,
        {{ exact_sum('d * (n - d) * n1 * (n - n1) / nullif(n * n * (n - 1), 0)') }} as variance
    from states
    where d > 0
    group by state
),

ratios as (
    select
        state,
        cast(observed as bigint) as observed,
        {{ roundings(['expected', 'variance']) }},
        {{ rounded('observed / nullif(expected, 0) * (churned - expected) / nullif(churned - observed, 0)') }}
            as hazard_ratio,
        {{ rounded('power(observed - expected, 2) / nullif(variance, 0)') }} as chi_square
    from tested
)

select * from ratios

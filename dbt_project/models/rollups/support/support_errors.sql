{{ config(materialized='table') }}

with months as (
    select * from {{ ref('support_life_months') }}
),

matches as (
    select * from {{ ref('support_matches') }}
),

influences as (
    select * from {{ ref('support_influences') }}
),

contacted as (
    select * from {{ ref('support_contacts_matched') }}
),

horizons as (
    {{ support_horizons() | indent }}
),

-- Controls that end alike in the same sets have one influence, which costs a row instead of each of theirs.
of_controls as (
    select
        horizons.horizon_months,
        matches.month,
        matches.cell,
        matches.exit_day,
        matches.exit,
        bool_or(matches.lag_days >= horizons.horizon_days) as is_followed,
        {{ exact_sum("matches.weight * (influences.of_risk - case when matches.exit = 'churned'"
            ~ ' and matches.lag_days <= horizons.horizon_days then influences.of_churn else 0 end)') }} as moved
    from matches
    cross join horizons
    inner join influences
        on horizons.horizon_months = influences.horizon_months
        and matches.cell = influences.cell
        and least(matches.lag_days, horizons.horizon_days) = influences.lag_days
    where not influences.is_contacted
    group by horizons.horizon_months, matches.month, matches.cell, matches.exit_day, matches.exit
),

by_life as (
    select of_controls.horizon_months, months.customer_id, is_followed, -of_controls.moved as moved
    from months
    inner join of_controls using (month, cell, exit_day, exit)
    union all
    select
        horizons.horizon_months,
        contacted.customer_id,
        false,
        influences.of_risk - case
            when contacted.is_churned and contacted.lag_days <= horizons.horizon_days then influences.of_churn
            else 0
        end
    from contacted cross join horizons
    inner join influences
        on horizons.horizon_months = influences.horizon_months
        and contacted.cell = influences.cell
        and least(contacted.lag_days, horizons.horizon_days) = influences.lag_days
    where influences.is_contacted
),

by_customer as (
    select horizon_months, customer_id, bool_or(is_followed) as is_followed, {{ exact_sum('moved') }} as moved
    from by_life
    group by horizon_months, customer_id
),

errors as (
    select
        horizon_months,
        count(*) filter (where is_followed) as others_followed,
        sqrt({{ exact_sum('moved * moved') }}) as difference_se
    from by_customer
    group by horizon_months
)

select * from errors

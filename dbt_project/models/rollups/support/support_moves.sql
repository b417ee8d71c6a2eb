{{ config(materialized='table') }}

{%- set place = 'horizon_months, segment_type, segment, measure' %}

with stakes as (
    select * from {{ ref('support_stakes') }}
    where not is_contacted
),

influences as (
    select * from {{ ref('support_influences') }}
),

horizons as (
    {{ support_horizons() | indent }}
),

by_life as (
    select
        {{ place }}, customer_id,
        0 as contacted_followed,
        stakes.amount * matched.followed as others_followed,
        -stakes.amount * {{ support_moved('stakes.exit', 'matched.of_risk', 'matched.of_loss') }} as moved
    from {{ ref('support_life_months') }}
    inner join stakes using (customer_id)
    inner join {{ ref('support_match_moves') }} as matched using (month, cell, measure, day)
    union all
    select
        horizons.horizon_months, influences.segment_type, influences.segment, contacted.measure,
        contacted.customer_id,
        contacted.amount * {{ support_followed('contacted') }},
        0,
        contacted.amount * {{ support_influence('contacted') }}
    from {{ ref('support_contacts_matched') }} as contacted
    cross join horizons
    inner join influences
        on horizons.horizon_months = influences.horizon_months
        and contacted.measure = influences.measure
        and contacted.cell = influences.cell
        and least(contacted.lag_days, horizons.horizon_days) = influences.lag_days
    where influences.is_contacted
),

by_customer as (
    select
        {{ place }}, customer_id,
        {{ exact_sum('contacted_followed') }} as contacted_followed,
        {{ exact_sum('others_followed') }} as others_followed,
        {{ exact_sum('moved') }} as moved
    from by_life
    group by {{ place }}, customer_id
)

select * from by_customer

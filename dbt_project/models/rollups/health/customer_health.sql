{{ config(materialized='table') }}

{%- set prior = var('min_responses') -%}
with scores as (
    select * from {{ ref('health_scores') }}
),

dates as (
    select * from {{ ref('health_dates') }}
),

bands as (
    select
        as_of,
        customer_kind,
        band,
        count(*) as customers,
        count(*) filter (where has_left) as left_since
    from scores
    where has_left is not null and band is not null
    group by as_of, customer_kind, band
),

kinds as (
    select
        as_of,
        customer_kind,
        sum(left_since) / cast(sum(customers) as double) as left_share
    from bands
    group by as_of, customer_kind
),

-- A band's share is drawn to that of all by as many customers as a share needs to be reported.
rated as (
    select
        scores.*,
        (coalesce(bands.left_since, 0) + {{ prior }} * kinds.left_share)
        / (coalesce(bands.customers, 0) + {{ prior }}) as churn_probability
    from scores
    inner join dates on scores.as_of = dates.as_of
    left join kinds on dates.calibrated_on = kinds.as_of and scores.customer_kind = kinds.customer_kind
    left join bands
        on kinds.as_of = bands.as_of
        and kinds.customer_kind = bands.customer_kind
        and scores.band = bands.band
)

select * from rated

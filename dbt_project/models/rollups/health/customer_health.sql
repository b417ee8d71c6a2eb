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
        bands.as_of,
        dates.ends_at,
        bands.customer_kind,
        sum(bands.left_since) / cast(sum(bands.customers) as double) as left_share
    from bands
    inner join dates on bands.as_of = dates.as_of
    group by bands.as_of, dates.ends_at, bands.customer_kind
),

-- What was known at each date: the newest of the others whose outcome was.
known as (
    select dates.as_of, kinds.customer_kind, kinds.as_of as known_as_of, kinds.left_share
    from dates
    inner join kinds on dates.as_of >= kinds.ends_at
    qualify row_number() over (partition by dates.as_of, kinds.customer_kind order by kinds.as_of desc) = 1
),

-- A band's share is drawn to that of all by as many customers as a share needs to be reported.
rated as (
    select
        scores.*,
        (coalesce(bands.left_since, 0) + {{ prior }} * known.left_share)
        / (coalesce(bands.customers, 0) + {{ prior }}) as churn_probability
    from scores
    left join known using (as_of, customer_kind)
    left join bands
        on known.known_as_of = bands.as_of
        and known.customer_kind = bands.customer_kind
        and scores.band = bands.band
)

select * from rated

{{ config(materialized='table') }}

with versions as (
    select * from {{ source('raw_crm', 'subscriptions') }}
),

known as (
    select
        greatest(
            max(_landing_date),
            -- A file cannot speak of months after the one it landed in: a stray far-off date of
            -- one row would else stretch every subscription to it.
            max(least(cast(updated_at as date), {{ dbt.last_day('_landing_date', 'month') }}))
        ) as known_until
    from versions
),

horizon as (
    select
        known_until,
        -- The first day of the month that the day after known_until lies in.
        cast(date_trunc('month', {{ dbt.dateadd('day', 1, 'known_until') }}) as date)
            as first_open_month
    from known
)

select * from horizon

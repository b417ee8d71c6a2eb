{{ config(materialized='table') }}

with versions as (
    select * from {{ source('raw_crm', 'subscriptions') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

plausible as (
    select
        -- A file may be named by any date.
        case when versions._landing_date < clock.events_until then versions._landing_date end as landed_on,
        case when versions.updated_at < clock.events_until then cast(versions.updated_at as date) end
            as changed_on,
        {{ dbt.last_day('versions._landing_date', 'month') }} as month_ends_on
    from versions
    cross join clock
),

known as (
    select
        greatest(
            max(landed_on),
            -- A file cannot speak of months after the one it landed in: a stray date ahead of one row
            -- would else stretch every subscription to it.
            max(least(changed_on, month_ends_on)) filter (where changed_on is not null)
        ) as known_until
    from plausible
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

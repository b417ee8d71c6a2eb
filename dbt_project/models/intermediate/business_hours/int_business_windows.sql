with days as (
    select * from {{ ref('int_business_days') }}
),

hours as (
    select * from {{ ref('business_hours') }}
),

closed_days as (
    select * from {{ ref('holidays') }}
),

open_days as (
    select
        hours.*,
        days.business_day as opens_on,
        -- Hours that end at or before their beginning end on the next day.
        case
            when hours.closes > hours.opens then days.business_day
            else cast({{ dbt.dateadd('day', 1, 'days.business_day') }} as date)
        end as closes_on
    from days
    inner join hours on hours.weekday = {{ iso_weekday('days.business_day') }}
    left join closed_days
        on hours.schedule = closed_days.schedule and days.business_day = closed_days.holiday
    where closed_days.holiday is null
),

windows as (
    select
        schedule,
        {{ utc_instant('opens_on', 'opens', 'time_zone') }} as opens_at,
        {{ utc_instant('closes_on', 'closes', 'time_zone') }} as closes_at
    from open_days
)

select * from windows

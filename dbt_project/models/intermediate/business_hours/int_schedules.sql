with hours as (
    select
        schedule,
        sum({{ row_hash(['weekday', 'opens', 'closes', 'time_zone']) }}) as hours_hash
    from {{ ref('business_hours') }}
    group by schedule
),

closed_days as (
    select
        schedule,
        sum({{ row_hash(['holiday']) }}) as holidays_hash
    from {{ ref('holidays') }}
    group by schedule
),

schedules as (
    select
        hours.schedule,
        {{ row_hash(['hours.hours_hash', 'closed_days.holidays_hash']) }} as schedule_hash
    from hours
    left join closed_days on hours.schedule = closed_days.schedule
)

select * from schedules

with tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

hours as (
    select
        schedule,
        {{ sum_of_hashes(row_hash(['weekday', 'opens', 'closes', 'time_zone'])) }} as hours_hash
    from {{ ref('business_hours') }}
    group by schedule
),

closed_days as (
    select
        schedule,
        {{ sum_of_hashes(row_hash(['holiday'])) }} as holidays_hash
    from {{ ref('holidays') }}
    group by schedule
),

schedules as (
    select
        hours.schedule,
        {{ row_hash(['hours.hours_hash', 'closed_days.holidays_hash']) }} as schedule_hash
    from hours
    left join closed_days on hours.schedule = closed_days.schedule
),

chosen as (
    select
        tickets.ticket_id,
        coalesce(own.schedule, fallback.schedule) as schedule,
        coalesce(own.schedule_hash, fallback.schedule_hash) as schedule_hash
    from tickets
    left join schedules as own on tickets.group_name = own.schedule
    left join schedules as fallback on fallback.schedule = '{{ var("default_schedule") }}'
)

select * from chosen

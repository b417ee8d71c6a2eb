with tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

schedules as (
    select * from {{ ref('int_schedules') }}
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

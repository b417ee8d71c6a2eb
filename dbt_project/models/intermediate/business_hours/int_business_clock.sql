{{ config(materialized='table') }}

with windows as (
    select * from {{ ref('int_business_windows') }}
),

days as (
    select * from {{ ref('int_business_days') }}
),

schedules as (
    select distinct schedule from {{ ref('business_hours') }}
),

-- Windows that overlap are open once: the schedule is open while more have opened than closed.
turns as (
    select schedule, opens_at as piece_from, 1 as windows_opened from windows
    union all
    select schedule, closes_at, -1 from windows
    union all
    select schedules.schedule, cast(days.business_day as timestamp), 0
    from schedules cross join days
),

instants as (
    select schedule, piece_from, sum(windows_opened) as windows_opened
    from turns
    group by schedule, piece_from
),

pieces as (
    select
        schedule,
        piece_from,
        lead(piece_from) over by_time as piece_to,
        sum(windows_opened) over by_time > 0 as is_open
    from instants
    window by_time as (partition by schedule order by piece_from)
),

clock as (
    select
        schedule,
        cast(piece_from as date) as clock_date,
        is_open,
        coalesce(
            sum(case when is_open then {{ seconds_between('piece_from', 'piece_to') }} else 0 end) over (
                partition by schedule
                order by piece_from
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as open_seconds_before,
        piece_from,
        piece_to
    from pieces
    where piece_to is not null
)

select * from clock

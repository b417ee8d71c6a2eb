with calls as (
    select * from {{ ref('stg_tickets__calls') }}
),

timed as (
    select
        *,
        answered_at is null as is_abandoned,
        {{ seconds_between('queued_at', 'coalesce(answered_at, ended_at)') }} as wait_seconds,
        {{ seconds_between('answered_at', 'ended_at') }} as talk_seconds
    from calls
),

judged as (
    select
        *,
        is_abandoned and wait_seconds < {{ var('short_abandon_seconds') }} as is_short_abandon,
        not is_abandoned and wait_seconds <= {{ var('service_level_seconds') }}
            as is_within_service_level
    from timed
)

select * from judged

with calls as (
    select * from {{ ref('stg_tickets__calls') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

timed as (
    select
        calls.*,
        {{ profiles_as_of('spans') }},
        '{{ var("call_channel") }}' as channel,
        calls.answered_at is null as is_abandoned,
        {{ seconds_between('calls.queued_at', 'coalesce(calls.answered_at, calls.ended_at)') }}
            as wait_seconds,
        {{ seconds_between('calls.answered_at', 'calls.ended_at') }} as talk_seconds,
        {{ event_month('calls.queued_at') }} as event_month
    from calls
    left join spans on {{ as_of_span('calls', 'calls.queued_at', 'spans') }}
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

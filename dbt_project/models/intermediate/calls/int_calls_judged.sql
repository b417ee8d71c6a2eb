with calls as (
    select * from {{ ref('int_calls_timed') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

judged as (
    select
        calls.*,
        {{ profiles_as_of('spans') }},
        '{{ var("call_channel") }}' as channel,
        {{ event_month('calls.queued_at') }} as event_month
    from calls
    left join spans on {{ as_of_span('calls', 'calls.queued_at', 'spans') }}
)

select * from judged

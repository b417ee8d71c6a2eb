{{ config(alias='calls') }}

with calls as (
    select * from {{ ref('fct_calls') }}
    where exclusion_reason is null and not is_short_abandon
),

wide as (
    select
        calls.call_id,
        calls.customer_id,
        calls.ticket_id,
        calls.channel,
        1 as calls,
        cast(calls.is_abandoned as int) as abandoned,
        cast(calls.is_within_service_level as int) as within_service_level,
        calls.wait_seconds,
        calls.talk_seconds,
        calls.queued_at,
        {%- for segment_type in customer_segment_types() %}
        {{ customer_segment(segment_type) }},
        {%- endfor %}
        calls.event_month as queued_month
    from calls
    {{ joined_profiles('calls') }}
)

select * from wide

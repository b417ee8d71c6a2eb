{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('int_call_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('int_call_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

calls as (
    select * from {{ ref('int_calls_judged') }}
),

built as (
    select
        calls.call_id,
        calls.customer_id,
        calls.segment_profile_id,
        calls.behaviour_profile_id,
        calls.ticket_id,
        calls.channel,
        calls.exclusion_reason,
        calls.is_abandoned,
        calls.is_short_abandon,
        calls.is_within_service_level,
        calls.wait_seconds,
        calls.talk_seconds,
        calls.queued_at,
        calls.answered_at,
        calls.ended_at,
        calls.event_month,
        stale_months.input_fingerprint
    from calls
    inner join stale_months on calls.event_month = stale_months.event_month
)

select * from built

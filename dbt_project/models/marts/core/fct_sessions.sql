{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('int_web_session_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('int_web_session_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

sessions as (
    select * from {{ ref('int_web_sessions_measured') }}
),

built as (
    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.customer_id,
        sessions.segment_profile_id,
        sessions.behaviour_profile_id,
        sessions.customer_source,
        sessions.device,
        sessions.exit_page_path,
        sessions.stage,
        sessions.is_bot,
        sessions.is_returning,
        sessions.has_key_event,
        sessions.is_engaged,
        sessions.is_self_service,
        sessions.has_bot_conversation,
        sessions.events,
        sessions.page_views,
        sessions.help_page_views,
        sessions.duration_seconds,
        sessions.started_at,
        sessions.ended_at,
        sessions.event_month,
        stale_months.input_fingerprint
    from sessions
    inner join stale_months on sessions.event_month = stale_months.event_month
)

select * from built

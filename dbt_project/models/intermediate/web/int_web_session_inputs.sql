{{ config(materialized='table') }}

with sessions as (
    select * from {{ ref('int_web_sessions_measured') }}
),

by_month as (
    select
        event_month,
        {{ sum_of_hashes(row_hash([
            'session_id', 'visitor_id', 'customer_id', 'segment_profile_id', 'behaviour_profile_id',
            'customer_source', 'device', 'exit_page_path', 'is_bot', 'is_returning', 'has_key_event', 'is_engaged',
            'is_self_service', 'has_bot_conversation', 'events', 'page_views', 'help_page_views', 'duration_seconds',
            'started_at', 'ended_at', 'stage',
        ])) }} as input_hash
    from sessions
    group by event_month
)

select * from by_month

with actions as (
    select distinct event_type, page_path
    from {{ ref('int_web_events_sessioned') }}
),

stages as (
    select * from {{ ref('int_stages') }}
),

key_events as (
    select key_events.*, stages.stage_order
    from {{ ref('key_events') }} as key_events
    left join stages on key_events.stage = stages.stage
),

told as (
    select
        actions.event_type,
        actions.page_path,
        coalesce(bool_or(key_events.is_key_event), false) as is_key_event,
        coalesce(bool_or(key_events.is_self_service), false) as is_self_service,
        coalesce(bool_or(key_events.is_bot_session), false) as is_bot_session,
        coalesce(bool_or(key_events.is_first_value), false) as is_first_value,
        max_by(key_events.stage, key_events.stage_order) as stage,
        max(key_events.stage_order) as stage_order
    from actions
    left join key_events
        on actions.event_type = key_events.event_type
        and (
            key_events.page_path is null
            or substr(split_part(actions.page_path, '?', 1) || '/', 1, length(key_events.page_path) + 1)
            = key_events.page_path || '/'
        )
    group by actions.event_type, actions.page_path
)

select * from told

{{ config(materialized='table') }}

with events as (
    select * from {{ ref('int_web_events_sessioned') }}
),

actions as (
    select * from {{ ref('int_web_actions') }}
),

visitors as (
    select * from {{ ref('int_visitor_customers') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

told as (
    select
        events.*,
        events.event_type = 'page_view' as is_page_view,
        actions.is_key_event, actions.is_self_service, actions.is_bot_session, actions.is_first_value,
        actions.stage, actions.stage_order
    from events
    inner join actions
        on events.event_type = actions.event_type
        and events.page_path is not distinct from actions.page_path
),

summed as (
    select
        session_id,
        min(visitor_id) as visitor_id,
        max(customer_id) as signed_in_customer_id,
        min_by(device, (occurred_at, event_id)) filter (where device is not null) as device,
        max_by(page_path, (occurred_at, event_id)) filter (where is_page_view and page_path is not null)
            as exit_page_path,
        coalesce(bool_or(lower(trim(device)) = 'bot'), false)
        or count(*) > {{ var('bot_session_events') }} as is_bot,
        min(session_number) > 1 as is_returning,
        bool_or(is_key_event) as has_key_event, bool_or(is_self_service) as is_self_service,
        bool_or(is_bot_session) as has_bot_conversation,
        count(*) as events, count(*) filter (where is_page_view) as page_views,
        count(*) filter (where is_page_view and is_self_service) as help_page_views,
        min(occurred_at) as started_at, max(occurred_at) as ended_at,
        min(occurred_at) filter (where is_first_value) as first_value_at,
        max_by(stage, stage_order) as stage
    from told
    group by session_id
),

stitched as (
    select
        summed.*,
        coalesce(summed.signed_in_customer_id, visitors.customer_id) as customer_id,
        case
            when summed.signed_in_customer_id is not null then 'session'
            when visitors.customers = 1 then 'visitor'
            when visitors.customers > 1 then 'ambiguous'
            else 'none'
        end as customer_source,
        {{ seconds_between('summed.started_at', 'summed.ended_at') }} as duration_seconds
    from summed
    left join visitors on summed.visitor_id = visitors.visitor_id
),

measured as (
    select
        stitched.*,
        {{ profiles_as_of('spans') }},
        stitched.duration_seconds > {{ var('engaged_seconds') }}
        or stitched.page_views >= 2
        or stitched.has_key_event as is_engaged,
        {{ event_month('stitched.started_at') }} as event_month
    from stitched
    left join spans on {{ as_of_span('stitched', 'stitched.started_at', 'spans') }}
)

select * from measured

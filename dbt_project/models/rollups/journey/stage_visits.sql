{{ config(materialized='table') }}

with interactions as (
    select * from {{ ref('interactions') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where customer_id is not null and not is_bot
),

events as (
    select * from {{ ref('int_web_events_sessioned') }}
),

actions as (
    select * from {{ ref('int_web_actions') }}
    where stage is not null
),

-- A session stands in the ledger with the furthest of its stages.
moments as (
    select customer_id, stage, stage_order, occurred_at
    from interactions
    where stage is not null and (kind <> 'session' or touchpoint is not null)
    union all
    select sessions.customer_id, actions.stage, actions.stage_order, events.occurred_at
    from events
    inner join sessions on events.session_id = sessions.session_id
    inner join actions
        on events.event_type = actions.event_type
        and events.page_path is not distinct from actions.page_path
),

followed as (
    select
        *,
        lag(stage) over (partition by customer_id order by occurred_at, stage_order) as stage_before
    from moments
),

visits as (
    select
        customer_id,
        row_number() over (partition by customer_id order by occurred_at, stage_order) as visit,
        stage,
        occurred_at as began_at
    from followed
    where stage is distinct from stage_before
)

select * from visits

{{ config(materialized='table') }}

with outcomes as (
    select * from {{ ref('driver_outcomes') }}
),

tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

calls as (
    select * from {{ ref('fct_calls') }}
    where exclusion_reason is null and answered_at is not null
),

sessions as (
    select * from {{ ref('fct_sessions') }}
    where not is_bot
),

anchors as (
    select * from {{ ref('anchor_events') }}
    where anchor in ('reopen', 'late_delivery')
),

-- When what is told of a contact is known: of a wait, when it is over.
events as (
    select customer_id, created_at as known_at, 'tickets' as driver, true as is_count, 1e0 as value
    from tickets
    union all
    select customer_id, first_reply_at, 'first_reply_minutes', false, first_reply_minutes from tickets
    union all
    select customer_id, first_resolved_at, 'resolution_minutes', false, first_resolution_minutes from tickets
    union all
    select
        customer_id, answered_at, 'call_wait_seconds', false,
        {{ seconds_between('queued_at', 'answered_at') }}
    from calls
    union all
    select customer_id, ended_at, 'sessions', true, 1 from sessions
    union all
    select
        customer_id, occurred_at, case anchor when 'reopen' then 'reopens' else 'late_deliveries' end, true, 1
    from anchors
),

before as (
    select
        outcomes.outcome,
        outcomes.unit_id,
        events.driver,
        events.is_count,
        case when events.is_count then sum(events.value) else avg(events.value) end as value
    from outcomes
    inner join events
        on outcomes.customer_id = events.customer_id
        and outcomes.happened_at > events.known_at
        and outcomes.happened_at - interval '{{ var("driver_days") }}' day <= events.known_at
    group by outcomes.outcome, outcomes.unit_id, events.driver, events.is_count
),

known as (
    select outcome, unit_id, driver, is_count, {{ rounded('value') }} as value from before
    where value is not null
    union all
    select outcome, unit_id, concat('touchpoint ', touchpoint), true, 1 from outcomes
    where touchpoint is not null
)

select * from known

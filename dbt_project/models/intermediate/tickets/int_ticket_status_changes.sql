{{ config(materialized='table') }}

with events as (
    select * from {{ ref('stg_tickets__events') }}
    where exclusion_reason is null
),

named as (
    select
        event_id,
        ticket_id,
        new_status as status,
        lag(new_status) over event_order as status_before,
        old_status as status_before_stated,
        case when actor_type = 'agent' then actor_id end as agent_id,
        occurred_at,
        lag(occurred_at) over event_order as previous_at,
        lead(event_id) over event_order is null as is_newest
    from events
    where new_status is not null
    window event_order as (partition by ticket_id order by occurred_at, event_id)
),

changes as (
    select
        event_id,
        ticket_id,
        status,
        coalesce(status_before_stated, status_before) as status_before,
        agent_id,
        is_newest,
        (
            coalesce(status_before_stated, status_before, 'new') in ('solved', 'closed')
            and status not in ('solved', 'closed')
        ) as is_reopen,
        coalesce(status_before_stated <> status_before, false) as is_mismatch,
        previous_at,
        occurred_at
    from named
)

select * from changes

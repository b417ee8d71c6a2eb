{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('int_ticket_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('int_ticket_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

tickets as (
    select * from {{ ref('int_tickets_measured') }}
),

built as (
    select
        tickets.ticket_id,
        tickets.customer_id,
        tickets.segment_profile_id,
        tickets.behaviour_profile_id,
        tickets.agent_id,
        tickets.first_reply_agent_id,
        tickets.first_resolution_agent_id,
        tickets.follow_up_of_ticket_id,
        tickets.channel,
        tickets.priority,
        tickets.group_name,
        tickets.first_reply_group_name,
        tickets.first_resolution_group_name,
        tickets.schedule,
        tickets.status,
        tickets.status_source,
        tickets.reply_source,
        tickets.exclusion_reason,
        tickets.is_follow_up,
        tickets.is_solved,
        tickets.is_solved_or_closed,
        tickets.is_reopened,
        tickets.is_one_touch,
        tickets.has_inconsistent_order,
        tickets.events,
        tickets.agent_public_replies,
        tickets.reopens,
        tickets.follow_ups,
        tickets.first_reply_minutes,
        tickets.first_reply_business_minutes,
        tickets.first_resolution_minutes,
        tickets.first_resolution_business_minutes,
        tickets.full_resolution_minutes,
        tickets.full_resolution_business_minutes,
        tickets.requester_wait_minutes,
        tickets.requester_wait_business_minutes,
        tickets.agent_wait_minutes,
        tickets.agent_wait_business_minutes,
        tickets.created_at,
        tickets.first_reply_at,
        tickets.first_resolved_at,
        tickets.fully_resolved_at,
        tickets.event_month,
        stale_months.input_fingerprint
    from tickets
    inner join stale_months on tickets.event_month = stale_months.event_month
)

select * from built

{{ config(materialized='table') }}

with tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

versions as (
    select ticket_id, {{ sum_of_hashes('_row_hash') }} as versions_hash
    from {{ ref('stg_tickets__ticket_versions') }}
    group by ticket_id
),

events as (
    select ticket_id, {{ sum_of_hashes('_row_hash') }} as events_hash
    from {{ ref('stg_tickets__events') }}
    where exclusion_reason is null
    group by ticket_id
),

follow_ups as (
    select * from {{ ref('int_ticket_follow_ups') }}
),

schedules as (
    select * from {{ ref('int_ticket_schedules') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

inputs as (
    select
        {{ event_month('tickets.created_at') }} as event_month,
        {{ row_hash([
            'versions.versions_hash',
            'tickets.updated_at',
            'tickets.exclusion_reason',
            'tickets.first_replied_at',
            'tickets.solved_at',
            'events.events_hash',
            'follow_ups.follow_ups',
            'schedules.schedule_hash',
            'spans.segment_profile_id',
            'spans.behaviour_profile_id',
        ]) }} as input_hash
    from tickets
    inner join versions on tickets.ticket_id = versions.ticket_id
    inner join schedules on tickets.ticket_id = schedules.ticket_id
    left join events on tickets.ticket_id = events.ticket_id
    left join follow_ups on tickets.ticket_id = follow_ups.ticket_id
    left join spans on {{ as_of_span('tickets', 'tickets.created_at', 'spans') }}
),

by_month as (
    select event_month, {{ sum_of_hashes('input_hash') }} as input_hash
    from inputs
    group by event_month
)

select * from by_month

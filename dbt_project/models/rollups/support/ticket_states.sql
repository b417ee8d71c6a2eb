{{ config(materialized='table') }}

with tickets as (
    select * from {{ ref('fct_tickets') }}
),

moments as (
    select * from {{ ref('ticket_moments') }}
    where status is not null
),

-- A ticket of which nobody tells when it was solved, or whether it is, is in no backlog.
known as (
    select
        moments.*,
        moments.status not in ('solved', 'closed') as is_open,
        -- Of a ticket's own row only the newest status is known.
        coalesce(
            case when tickets.status_source = 'events' then moments.status else tickets.status end
            in ('pending', 'on_hold'),
            false
        ) as is_waiting
    from moments
    inner join tickets on moments.ticket_id = tickets.ticket_id
    where tickets.status_source = 'events'
        or (
            tickets.status_source = 'ticket'
            and (tickets.first_resolved_at is not null or not tickets.is_solved_or_closed)
        )
),

states as (
    select
        ticket_id,
        is_open,
        is_open and is_waiting as is_waiting,
        lag(is_open) over by_time as was_open,
        moment_at as valid_from,
        {{ until_next('moment_at', 'by_time') }} as valid_to
    from known
    window by_time as (partition by ticket_id order by place, moment_at, event_id)
)

select * from states

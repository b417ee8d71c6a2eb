-- Every ticket of raw stands in the fact, and every event is counted there or has no ticket.
with raw_tickets as (
    select count(distinct ticket_id) as tickets from {{ source('raw_tickets', 'tickets') }}
),

raw_events as (
    select distinct event_id from {{ source('raw_tickets', 'events') }}
),

orphans as (
    select count(*) as events
    from {{ ref('stg_tickets__events') }} as events
    left join {{ ref('stg_tickets__tickets') }} as tickets on events.ticket_id = tickets.ticket_id
    where tickets.ticket_id is null
),

fact as (
    select count(*) as tickets, coalesce(sum(events), 0) as events from {{ ref('fct_tickets') }}
),

steps as (
    select 'tickets' as step, raw_tickets.tickets - fact.tickets as difference
    from raw_tickets cross join fact
    union all
    select
        'events',
        (select count(*) from raw_events) - orphans.events - fact.events
    from orphans cross join fact
)

select * from steps where difference <> 0

-- Every ticket of raw stands in the fact, and every event is counted there, has no ticket or cannot have
-- happened when it says.
with landed_tickets as (
    {{ raw_totals(source('raw_tickets', 'tickets'), 'ticket_id', version='updated_at') }}
),

landed_events as (
    {{ raw_totals(source('raw_tickets', 'events'), 'event_id') }}
),

staged_tickets as (
    {{ staged_totals(ref('stg_tickets__tickets')) }}
),

events as (
    select
        events._row_hash,
        tickets.ticket_id is not null and events.exclusion_reason is null as is_counted
    from {{ ref('stg_tickets__events') }} as events
    left join {{ ref('fct_tickets') }} as tickets on events.ticket_id = tickets.ticket_id
),

staged_events as (
    {{ staged_totals('events', {'counted': 'case when is_counted then 1 end'}) }}
),

fact as (
    select count(*) as tickets, coalesce(sum(events), 0) as events from {{ ref('fct_tickets') }}
)

{{ uneven_steps(['landed_tickets', 'landed_events', 'staged_tickets', 'staged_events', 'fact'], [
    (
        'raw to staging: tickets',
        'landed_tickets.row_count - landed_tickets.superseded',
        'staged_tickets.row_count',
    ),
    ('raw to staging: content of tickets', 'landed_tickets.content', 'staged_tickets.content'),
    (
        'raw to staging: events',
        'landed_events.row_count - landed_events.superseded',
        'staged_events.row_count',
    ),
    ('raw to staging: content of events', 'landed_events.content', 'staged_events.content'),
    ('staging to fact: tickets', 'staged_tickets.row_count', 'fact.tickets'),
    ('staging to fact: events', 'staged_events.counted', 'fact.events'),
]) }}

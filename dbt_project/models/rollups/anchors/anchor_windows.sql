{{ config(materialized='table') }}

{%- set window = "sides.window_days * interval '1' day" %}

-- What happens to a customer at one instant is one event.
with events as (
    select anchor, customer_id, occurred_at, min(ticket_id) as ticket_id
    from {{ ref('anchor_events') }}
    group by anchor, customer_id, occurred_at
),

departures as (
    select * from {{ ref('int_subscriber_departures') }}
),

seen as (
    select * from {{ ref('int_customers_seen') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

horizon as (
    select
        min(case when kind in ('ticket', 'call') then occurred_at end) as contacts_from,
        max(occurred_at) as known_until
    from {{ ref('interactions') }}
),

sides as (
    select {{ each_of(var('anchor_window_days')) }} as window_days
),

departed as (
    select events.customer_id, events.occurred_at, min(departures.departed_at) as departed_at
    from events
    inner join departures
        on events.customer_id = departures.customer_id and events.occurred_at < departures.departed_at
    group by events.customer_id, events.occurred_at
),

followed as (
    select
        *,
        lag(occurred_at) over history as previous_at,
        lead(occurred_at) over history as next_at
    from events
    window history as (partition by anchor, customer_id order by occurred_at)
),

windows as (
    select
        followed.anchor,
        sides.window_days,
        followed.customer_id,
        followed.ticket_id,
        {{ profiles_as_of('spans') }},
        followed.occurred_at as anchored_at,
        followed.occurred_at - {{ window }} as begins_at,
        greatest(followed.occurred_at - {{ window }}, seen.first_seen_at, horizon.contacts_from)
            as contacts_from,
        least(
            followed.occurred_at + {{ window }},
            coalesce(followed.next_at, {{ end_of_time() }}),
            coalesce(departed.departed_at, {{ end_of_time() }})
        ) as ends_at,
        coalesce(followed.previous_at < followed.occurred_at - {{ window }}, true) as is_first,
        followed.occurred_at + {{ window }} <= horizon.known_until as is_mature
    from followed
    cross join sides
    cross join horizon
    inner join seen on followed.customer_id = seen.customer_id
    left join departed
        on followed.customer_id = departed.customer_id and followed.occurred_at = departed.occurred_at
    left join spans on {{ as_of_span('followed', 'followed.occurred_at', 'spans') }}
)

select * from windows

{{ config(materialized='table') }}

with events as (
    select * from {{ ref('stg_web__events') }}
    where exclusion_reason is null
),

followed as (
    select
        *,
        lag(occurred_at) over visitor_events as previous_at,
        {{ last_known('customer_id') }} over events_before as previous_customer_id,
        max(case when customer_id is not null then occurred_at end) over events_before as signed_in_at
    from events
    window
        visitor_events as (partition by visitor_id order by occurred_at, event_id),
        events_before as (
            partition by visitor_id order by occurred_at, event_id
            rows between unbounded preceding and 1 preceding
        )
),

gapped as (
    select
        *,
        coalesce(occurred_at > previous_at + interval '{{ var("session_gap_minutes") }}' minute, true)
            as is_after_gap
    from followed
),

since_gap as (
    select
        *,
        max(case when is_after_gap then occurred_at end) over (
            partition by visitor_id order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as active_since
    from gapped
),

split as (
    select
        *,
        is_after_gap
        or coalesce(customer_id <> previous_customer_id and signed_in_at >= active_since, false)
            as begins_visit
    from since_gap
),

in_visits as (
    select
        *,
        sum(cast(begins_visit as int)) over so_far as visit,
        max(case when begins_visit then occurred_at end) over so_far as visit_started_at
    from split
    window so_far as (
        partition by visitor_id order by occurred_at, event_id
        rows between unbounded preceding and current row
    )
),

cut as (
    select
        *,
        floor({{ seconds_between('visit_started_at', 'occurred_at') }} / 3600 / {{ var('session_hours') }})
            as visit_part
    from in_visits
),

sessioned as (
    select
        event_id, visitor_id, customer_id, event_type, page_path, device, cart_id, amount, occurred_at,
        dense_rank() over (partition by visitor_id order by visit, visit_part) as session_number,
        first_value(event_id) over (
            partition by visitor_id, visit, visit_part order by occurred_at, event_id
        ) as session_id
    from cut
)

select * from sessioned

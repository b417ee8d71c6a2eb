{{ config(materialized='table') }}

with detractors as (
    select
        *,
        coalesce(next_at, {{ end_of_time() }}) as until_next
    from {{ ref('detractor_answers') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

departures as (
    select * from {{ ref('int_subscriber_departures') }}
),

deleted as (
    select * from {{ ref('dim_customers') }}
    where is_deleted
),

-- From the target on, by which all had the same time to be called and to leave.
subscribers as (
    select
        detractors.response_id,
        min(departures.departed_at) as departed_at
    from detractors
    inner join spans on {{ as_of_span('detractors', 'detractors.due_at', 'spans') }}
    left join departures
        on detractors.customer_id = departures.customer_id and detractors.due_at < departures.departed_at
    group by detractors.response_id
),

outcomes as (
    select
        detractors.*,
        cast(detractors.responded_at as date) as event_date,
        detractors.due_at <= detractors.known_until as is_due,
        detractors.window_ends_at <= detractors.known_until as is_mature,
        detractors.contacted_at is not null as is_followed_up,
        coalesce(detractors.contacted_at <= detractors.due_at, false) as is_in_time,
        coalesce(detractors.contacted_at < least(detractors.until_next, detractors.window_ends_at), false)
            as is_contacted_before,
        detractors.until_next <= detractors.window_ends_at as is_answered_again,
        coalesce(detractors.contacted_at, detractors.closed_at, detractors.next_at) is null
        and deleted.customer_id is null as is_waiting,
        subscribers.response_id is not null as is_subscriber,
        coalesce(subscribers.departed_at <= detractors.window_ends_at, false) as is_churned
    from detractors
    left join subscribers on detractors.response_id = subscribers.response_id
    left join deleted on detractors.customer_id = deleted.customer_id
)

select * from outcomes

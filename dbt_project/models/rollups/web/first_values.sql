{{ config(materialized='table') }}

{%- set followed_days = var('first_value_days') %}

with customers as (
    select * from {{ ref('dim_customers') }}
),

sessions as (
    select * from {{ ref('int_web_sessions_measured') }}
    where not is_bot
),

departures as (
    select * from {{ ref('int_subscriber_departures') }}
),

profiles as (
    select * from {{ ref('int_profile_spans') }}
),

seen as (
    select
        min(started_at) as seen_from,
        max(ended_at) as seen_until
    from sessions
),

firsts as (
    select customer_id, min(first_value_at) as first_value_at
    from sessions
    where first_value_at is not null
    group by customer_id
),

lives as (
    select
        customers.customer_id,
        min(customers.signed_up_at) as signed_up_at,
        min(firsts.first_value_at) as first_value_at,
        min(departures.departed_at) as departed_at,
        least(
            min(seen.seen_until), {{ dbt.dateadd('day', followed_days + 1, 'min(customers.signed_up_at)') }}
        ) as followed_until
    from customers
    inner join seen on customers.signed_up_at >= seen.seen_from and customers.signed_up_at <= seen.seen_until
    left join firsts on customers.customer_id = firsts.customer_id
    left join departures
        on customers.customer_id = departures.customer_id
        and customers.signed_up_at < departures.departed_at
    group by customers.customer_id
),

ended as (
    select
        *,
        least(first_value_at, departed_at, followed_until) as ends_at
    from lives
),

outcomes as (
    select
        ended.customer_id,
        {{ profiles_as_of('profiles') }},
        ended.signed_up_at,
        case
            when ended.ends_at = ended.first_value_at then 'reached'
            when ended.ends_at = ended.departed_at then 'churned'
            else 'open'
        end as outcome,
        cast(greatest(
            floor({{ seconds_between('ended.signed_up_at', 'ended.ends_at') }} / 86400), 0
        ) as bigint) as days
    from ended
    left join profiles on {{ as_of_span('ended', 'ended.signed_up_at', 'profiles') }}
)

select * from outcomes

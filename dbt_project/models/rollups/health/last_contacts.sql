{{ config(materialized='table') }}

with dates as (
    select
        as_of,
        coalesce(lag(as_of) over (order by as_of), {{ beginning_of_time() }}) as since
    from {{ ref('health_dates') }}
),

contacts as (
    select * from {{ ref('interactions') }}
    -- With a follow-up it is the company who contacts.
    where kind <> 'follow_up'
),

by_kind as (
    select
        dates.as_of,
        contacts.customer_id,
        contacts.kind,
        max(contacts.occurred_at) as occurred_at
    from contacts
    inner join dates on contacts.occurred_at >= dates.since and contacts.occurred_at < dates.as_of
    group by dates.as_of, contacts.customer_id, contacts.kind
),

newest as (
    select * from by_kind
    qualify row_number() over (partition by customer_id, as_of order by occurred_at desc, kind asc) = 1
),

spans as (
    select
        customer_id,
        kind,
        occurred_at,
        {{ until_next('occurred_at', 'history') }} as followed_at
    from newest
    window history as (partition by customer_id order by as_of)
),

last_ones as (
    select
        dates.as_of,
        spans.customer_id,
        spans.kind,
        spans.occurred_at
    from spans
    inner join dates on spans.occurred_at < dates.as_of and spans.followed_at >= dates.as_of
)

select * from last_ones

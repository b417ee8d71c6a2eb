{{ config(materialized='table') }}

with subscribers as (
    select distinct customer_id from {{ ref('int_subscription_spans') }}
),

buyers as (
    select * from {{ ref('int_purchases') }}
    where kind = 'order'
        and customer_id not in (select subscribers.customer_id from subscribers)
),

profiles as (
    select * from {{ ref('int_profile_spans') }}
),

known as (
    select max(ordered_at) as known_until from {{ ref('fct_orders') }}
    where exclusion_reason is null
),

active as (
    select
        customer_id,
        purchased_at as active_from,
        {{ dbt.dateadd('day', var('churn_inactivity_days'), 'purchased_at') }} as lapses_at
    from buyers
),

months as (
    select
        customer_id,
        active_from,
        lapses_at,
        {{ month_series(event_month('active_from'), event_month('lapses_at')) }} as month_start
    from active
),

starts as (
    select distinct customer_id, month_start
    from months
    where month_start > active_from and month_start < lapses_at
),

judged as (
    select
        starts.month_start,
        starts.customer_id,
        {{ profiles_as_of('profiles') }},
        next_starts.customer_id is null as is_lapsed
    from starts
    inner join known
        on {{ dbt.dateadd('month', 1, 'starts.month_start') }} <= known.known_until
    left join starts as next_starts
        on starts.customer_id = next_starts.customer_id
        and {{ dbt.dateadd('month', 1, 'starts.month_start') }} = next_starts.month_start
    left join profiles on {{ as_of_span('starts', 'starts.month_start', 'profiles') }}
)

select * from judged

{{ config(materialized='table') }}

with subscribers as (
    select customer_id, min(valid_from) as subscribed_at
    from {{ ref('int_subscription_spans') }}
    group by customer_id
),

buyers as (
    select * from {{ ref('int_purchases') }}
    where kind = 'order'
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
    select distinct
        months.customer_id,
        months.month_start,
        coalesce(subscribers.subscribed_at, {{ end_of_time() }}) as subscribed_at
    from months
    left join subscribers on months.customer_id = subscribers.customer_id
    where months.month_start > months.active_from and months.month_start < months.lapses_at
),

buying as (
    select * from starts
    where subscribed_at > month_start
),

judged as (
    select
        buying.month_start,
        buying.customer_id,
        {{ profiles_as_of('profiles') }},
        next_starts.customer_id is null
        and buying.subscribed_at > {{ dbt.dateadd('month', 1, 'buying.month_start') }} as is_lapsed
    from buying
    inner join known
        on {{ dbt.dateadd('month', 1, 'buying.month_start') }} <= known.known_until
    left join starts as next_starts
        on buying.customer_id = next_starts.customer_id
        and {{ dbt.dateadd('month', 1, 'buying.month_start') }} = next_starts.month_start
    left join profiles on {{ as_of_span('buying', 'buying.month_start', 'profiles') }}
)

select * from judged

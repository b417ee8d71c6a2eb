{{ config(materialized='table') }}

{%- set grace_days = var('renewal_grace_days') %}
with subscriptions as (
    select * from {{ ref('int_subscriptions_with_terms') }}
),

moments as (
    select *, started_at as moment_at, 1 as starts, 0 as ends
    from subscriptions
    union all
    select *, ended_at, 0, 1
    from subscriptions
    where ended_at < {{ end_of_time() }}
),

counted as (
    select
        *,
        case
            when starts = 1 then sum(ends) over around else sum(starts) over around
        end as others,
        cast(ended_at <= {{ dbt.dateadd('day', grace_days, 'started_at') }} as integer) as own
    from moments
    window around as (
        partition by customer_id order by moment_at
        range between interval '{{ grace_days }}' day preceding and interval '{{ grace_days }}' day following
    )
),

parted as (
    select
        *,
        case
            when moment_at <= {{ dbt.dateadd('day', grace_days, 'lag(moment_at) over by_time') }} then 0
            else 1
        end as begins_group
    from counted
    where others > own
    window by_time as (partition by customer_id order by moment_at, subscription_id, ends)
),

grouped as (
    select
        *,
        sum(begins_group) over (
            partition by customer_id order by moment_at, subscription_id, ends
            rows between unbounded preceding and current row
        ) as moment_group
    from parted
),

numbered as (
    select
        *,
        row_number() over (
            partition by customer_id, moment_group, ends order by moment_at, subscription_id
        ) as number
    from grouped
),

-- Of several that end about the same time each is renewed by one of those that start then, in order.
followed as (
    select later.subscription_id, earlier.subscription_id as follows_id
    from numbered as later
    inner join numbered as earlier
        on later.customer_id = earlier.customer_id
        and later.moment_group = earlier.moment_group
        and later.number = earlier.number
        and later.started_at > earlier.started_at
        and later.started_at
        between {{ dbt.dateadd('day', -1 * grace_days, 'earlier.ended_at') }}
        and {{ dbt.dateadd('day', grace_days, 'earlier.ended_at') }}
    where later.starts = 1 and earlier.ends = 1
)

select * from followed

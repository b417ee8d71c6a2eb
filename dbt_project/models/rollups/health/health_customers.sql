{{ config(materialized='table') }}

with dates as (
    select * from {{ ref('health_dates') }}
),

lifecycles as (
    select
        *,
        lifecycle in ({{ quoted(var('customer_lifecycles')) }}) as is_customer,
        {{ until_next('valid_from', 'history') }} as valid_to
    from {{ ref('int_lifecycle_spans') }}
    window history as (partition by customer_id order by valid_from)
),

subscriptions as (
    select * from {{ ref('int_subscription_spans') }}
),

subscribers as (
    select customer_id, min(valid_from) as subscribed_at
    from subscriptions
    group by customer_id
),

-- How far the sources tell of each kind of customer who leaves.
known as (
    select
        'subscriber' as customer_kind,
        cast({{ dbt.dateadd('day', 1, 'known_until') }} as timestamp) as known_until
    from {{ ref('int_subscription_horizon') }}
    union all
    select 'buyer', max(ordered_at)
    from {{ ref('fct_orders') }}
    where exclusion_reason is null
),

held as (
    select
        dates.as_of,
        dates.is_now,
        dates.ends_at,
        lifecycles.customer_id,
        lifecycles.lifecycle,
        lifecycles.is_customer,
        case when subscribers.subscribed_at <= dates.as_of then 'subscriber' else 'buyer' end as customer_kind
    from lifecycles
    inner join dates on {{ in_span('dates.as_of', 'lifecycles') }}
    left join subscribers on lifecycles.customer_id = subscribers.customer_id
    where lifecycles.is_customer or dates.is_now
),

revenue as (
    select dates.as_of, subscriptions.customer_id, sum(subscriptions.mrr_reporting) as mrr
    from subscriptions
    inner join dates on {{ in_span('dates.as_of', 'subscriptions') }}
    group by dates.as_of, subscriptions.customer_id
),

followed as (
    select
        held.as_of,
        held.is_now,
        held.customer_id,
        held.lifecycle,
        held.is_customer,
        case when held.is_customer then held.customer_kind end as customer_kind,
        coalesce(revenue.mrr, 0) as mrr,
        case when held.is_customer and held.ends_at <= known.known_until then not later.is_customer end
            as has_left
    from held
    left join known on held.customer_kind = known.customer_kind
    left join revenue on held.as_of = revenue.as_of and held.customer_id = revenue.customer_id
    left join lifecycles as later on {{ as_of_span('held', 'held.ends_at', 'later') }}
)

select * from followed

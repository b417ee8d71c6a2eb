with subscriptions as (
    select
        subscription_id,
        max_by(customer_id, updated_at) as customer_id,
        max(subscription_started_at) as started_at,
        max(subscription_ended_at) as ended_at
    from {{ ref('int_subscription_versions_dated') }}
    group by subscription_id
),

held as (
    select
        customer_id,
        max(ended_at) over (
            partition by customer_id order by started_at, subscription_id
            rows between unbounded preceding and current row
        ) as ended_at,
        {{ until_next('started_at', 'history') }} as next_started_at
    from subscriptions
    window history as (partition by customer_id order by started_at, subscription_id)
),

departures as (
    select customer_id, ended_at as departed_at
    from held
    where ended_at < next_started_at
)

select * from departures

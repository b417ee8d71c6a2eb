{{ config(materialized='table') }}

with recursive subscriptions as (
    select subscriptions.*, followed.follows_id
    from {{ ref('int_subscriptions_with_terms') }} as subscriptions
    left join {{ ref('int_subscription_successions') }} as followed
        on subscriptions.subscription_id = followed.subscription_id
),

lines as (
    select subscriptions.*, subscriptions.subscription_id as line_id
    from subscriptions
    where subscriptions.follows_id is null
    union all
    select subscriptions.*, lines.line_id
    from lines
    inner join subscriptions on lines.subscription_id = subscriptions.follows_id
)

select * from lines

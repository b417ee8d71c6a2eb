with months as (
    select * from {{ ref('fct_subscription_months') }}
),

by_customer as (
    select
        customer_id,
        count(*) filter (where is_active_start) as months_subscribed,
        count(*) filter (where is_churned) as churns
    from months
    group by customer_id
)

select * from by_customer

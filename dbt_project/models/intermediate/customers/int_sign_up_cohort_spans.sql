with customers as (
    select * from {{ ref('stg_crm__customers') }}
),

begun as (
    select customer_id, purchased_at as begun_at
    from {{ ref('int_purchases') }}
    union all
    select customer_id, started_at as begun_at
    from {{ ref('stg_crm__subscription_versions') }}
    where status = 'trialing' and exclusion_reason is null
),

firsts as (
    select customer_id, min(begun_at) as first_begun_at
    from begun
    group by customer_id
),

signed_up as (
    select
        coalesce(customers.customer_id, firsts.customer_id) as customer_id,
        coalesce(customers.signed_up_at, firsts.first_begun_at) as signed_up_at
    from customers
    full outer join firsts on customers.customer_id = firsts.customer_id
),

spans as (
    select
        customer_id,
        concat(extract(year from signed_up_at), '-Q', extract(quarter from signed_up_at))
            as sign_up_cohort,
        {{ beginning_of_time() }} as valid_from
    from signed_up
    where signed_up_at is not null
)

select * from spans

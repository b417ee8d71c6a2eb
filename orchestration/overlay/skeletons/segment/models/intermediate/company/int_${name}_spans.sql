with customers as (
    select * from {{ ref('int_customers_seen') }}
),

orders as (
    select * from {{ ref('stg_orders__orders') }}
    where customer_id is not null and exclusion_reason is null
),

spans as (
    select
        customer_id,
        'not_ordered' as $name,
        {{ beginning_of_time() }} as valid_from
    from customers
    union all
    select
        customer_id,
        'ordered' as $name,
        {{ just_after('min(ordered_at)') }} as valid_from
    from orders
    group by customer_id
)

select * from spans

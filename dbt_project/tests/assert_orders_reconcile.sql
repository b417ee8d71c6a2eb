-- Orders and their net amounts are the same from raw to the fact; what the lifetime values leave out
-- is uncounted orders and orders without customer, and nothing else.
with raw_orders as (
    select
        order_id,
        max_by(
            total_amount - coalesce(discount_amount, 0) - coalesce(refunded_amount, 0),
            (updated_at, _landing_date, _row_hash)
        ) as net_amount
    from {{ source('raw_orders', 'orders') }}
    group by order_id
),

expected as (
    select count(*) as orders, coalesce(sum(net_amount), 0) as amount from raw_orders
),

staged as (
    select
        count(*) as orders,
        coalesce(
            sum(total_amount - coalesce(discount_amount, 0) - coalesce(refunded_amount, 0)), 0
        ) as amount
    from {{ ref('stg_orders__orders') }}
),

fact as (
    select
        count(*) as orders,
        coalesce(sum(net_amount), 0) as amount,
        coalesce(sum(net_amount_reporting), 0) as amount_reporting,
        coalesce(sum(case when not is_counted then net_amount_reporting end), 0) as uncounted,
        coalesce(
            sum(case when is_counted and customer_id is null then net_amount_reporting end), 0
        ) as without_customer
    from {{ ref('fct_orders') }}
),

valued as (
    select coalesce(sum(revenue_historical), 0) as amount
    from {{ ref('clv_by_segment') }}
    where segment_type = 'all'
),

steps as (
    select 'raw to staging: orders' as step, expected.orders - staged.orders as difference
    from expected cross join staged
    union all
    select 'raw to staging: net amount', expected.amount - staged.amount
    from expected cross join staged
    union all
    select 'staging to fact: orders', staged.orders - fact.orders
    from staged cross join fact
    union all
    select 'staging to fact: net amount', staged.amount - fact.amount
    from staged cross join fact
    union all
    select
        'fact to lifetime values',
        fact.amount_reporting - fact.uncounted - fact.without_customer
        - cast(valued.amount as decimal(18, 2))
    from fact cross join valued
)

select * from steps where difference <> 0

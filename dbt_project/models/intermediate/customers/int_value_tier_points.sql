{%- set window_months = var('value_tier_months') %}

with orders as (
    select
        customer_id,
        event_month,
        total_amount >= 0 as is_order,
        net_amount_reporting
    from {{ ref('int_orders_valued') }}
    where is_counted and customer_id is not null
),

known as (
    select max(last_seen_at) as known_until from {{ ref('int_customers_seen') }}
),

months as (
    select
        customer_id,
        event_month,
        max(case when is_order then event_month end) as order_month,
        count(*) filter (where is_order) as orders,
        coalesce(sum(net_amount_reporting), 0) as amount
    from orders
    group by customer_id, event_month
),

changes as (
    select
        customer_id,
        {{ dbt.dateadd('month', 1, 'event_month') }} as valid_from,
        order_month, orders, amount
    from months
    union all
    select
        customer_id,
        {{ dbt.dateadd('month', window_months + 1, 'event_month') }},
        null, -orders, -amount
    from months
    {%- for recency in var('value_tier_recency_months') %}
    union all
    select customer_id, {{ dbt.dateadd('month', recency + 1, 'event_month') }}, null, 0, 0
    from months
    {%- endfor %}
),

summed as (
    select
        changes.customer_id,
        changes.valid_from,
        max(changes.order_month) as order_month,
        sum(changes.orders) as orders,
        sum(changes.amount) as amount
    from changes
    inner join known on changes.valid_from <= known.known_until
    group by changes.customer_id, changes.valid_from
),

rolled as (
    select
        customer_id,
        valid_from,
        max(order_month) over so_far as last_order_month,
        sum(orders) over so_far as orders,
        sum(amount) over so_far as amount
    from summed
    window so_far as (
        partition by customer_id order by valid_from
        rows between unbounded preceding and current row
    )
)

select * from rolled

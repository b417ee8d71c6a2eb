{{ config(materialized='table') }}

with orders as (
    select * from {{ ref('stg_orders__orders') }}
),

lines as (
    select
        order_id,
        count(*) as lines,
        cast(sum(quantity) as decimal(18, 3)) as units,
        case
            when count(unit_cost) = count(*) then sum(cast(quantity as decimal(20, 3)) * unit_cost)
        end as cost_amount
    from {{ ref('stg_orders__items') }}
    group by order_id
),

reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

rates as (
    select * from {{ ref('int_exchange_rates') }}
),

joined as (
    select
        orders.order_id,
        orders.customer_id,
        orders.status,
        orders.currency,
        reporting.reporting_currency,
        orders.exclusion_reason,
        orders.status in ('completed', 'returned') and orders.exclusion_reason is null as is_counted,
        coalesce(lines.lines, 0) as lines,
        coalesce(lines.units, 0) as units,
        orders.total_amount,
        coalesce(orders.discount_amount, 0) as discount_amount,
        coalesce(orders.refunded_amount, 0) as refunded_amount,
        lines.cost_amount,
        case when orders.currency = reporting.reporting_currency then 1 else rates.rate end as rate,
        orders.ordered_at
    from orders
    cross join reporting
    left join rates
        on {{ event_month('orders.ordered_at') }} = rates.month
        and orders.currency = rates.currency
    left join lines on orders.order_id = lines.order_id
),

netted as (
    select
        *,
        cast(total_amount - discount_amount - refunded_amount as decimal(18, 2)) as net_amount
    from joined
),

valued as (
    select
        *,
        {{ in_reporting_currency('net_amount', 'rate') | indent(8) }} as net_amount_reporting,
        net_amount_reporting is not null as has_exchange_rate,
        {{ in_reporting_currency('cost_amount', 'rate') | indent(8) }} as cost_amount_reporting,
        {{ event_month('ordered_at') }} as event_month
    from netted
)

select * from valued

with orders as (
    select * from {{ ref('stg_orders__orders') }}
),

lines as (
    select * from {{ ref('int_order_lines_summed') }}
),

rates as (
    select * from {{ ref('int_order_rates') }}
),

spans as (
    select * from {{ ref('int_customer_spans') }}
),

joined as (
    select
        orders.order_id,
        orders.customer_id,
        coalesce(spans.segment_profile_id, {{ unknown_profile() }}) as segment_profile_id,
        orders.status,
        orders.currency,
        rates.reporting_currency,
        orders.status in ('completed', 'returned') as is_counted,
        rates.rate is not null as has_exchange_rate,
        coalesce(lines.lines, 0) as lines,
        coalesce(lines.units, 0) as units,
        orders.total_amount,
        coalesce(orders.discount_amount, 0) as discount_amount,
        coalesce(orders.refunded_amount, 0) as refunded_amount,
        lines.cost_amount,
        rates.rate,
        orders.ordered_at
    from orders
    inner join rates on orders.order_id = rates.order_id
    left join lines on orders.order_id = lines.order_id
    left join spans on {{ as_of_span('orders', 'orders.ordered_at', 'spans') }}
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
        cast(net_amount * rate as decimal(18, 2)) as net_amount_reporting,
        cast(cast(cost_amount as double) * rate as decimal(18, 2)) as cost_amount_reporting,
        {{ event_month('ordered_at') }} as event_month
    from netted
)

select * from valued

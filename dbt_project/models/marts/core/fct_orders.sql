{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('int_order_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('int_order_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

orders as (
    select * from {{ ref('int_orders_valued') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

built as (
    select
        orders.order_id,
        orders.customer_id,
        {{ profiles_as_of('spans') }},
        orders.status,
        orders.currency,
        orders.reporting_currency,
        orders.exclusion_reason,
        orders.is_counted,
        orders.has_exchange_rate,
        orders.lines,
        orders.units,
        orders.total_amount,
        orders.discount_amount,
        orders.refunded_amount,
        orders.net_amount,
        orders.net_amount_reporting,
        orders.cost_amount_reporting,
        cast(orders.net_amount_reporting - orders.cost_amount_reporting as decimal(18, 2))
            as margin_amount_reporting,
        orders.ordered_at,
        orders.event_month,
        stale_months.input_fingerprint
    from orders
    inner join stale_months on orders.event_month = stale_months.event_month
    left join spans on {{ as_of_span('orders', 'orders.ordered_at', 'spans') }}
)

select * from built

with orders as (
    select * from {{ ref('stg_orders__orders') }}
),

reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

rates as (
    select * from {{ ref('exchange_rates') }}
),

matched as (
    select
        orders.order_id,
        reporting.reporting_currency,
        case when orders.currency = reporting.reporting_currency then 1 else rates.rate end as rate
    from orders
    cross join reporting
    left join rates
        on {{ event_month('orders.ordered_at') }} = rates.month
        and orders.currency = rates.currency
        and reporting.reporting_currency = rates.reporting_currency
)

select * from matched

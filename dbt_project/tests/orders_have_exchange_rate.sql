-- Amounts without a rate into the reporting currency are left out of totals of money.
{{ config(severity='warn') }}
select order_id, currency, reporting_currency, event_month
from {{ ref('fct_orders') }}
where not has_exchange_rate

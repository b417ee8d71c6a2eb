-- Amounts without a rate into the reporting currency, or of 10^14 in it and more, are in no total of money.
{{ config(severity='warn') }}
select order_id, currency, reporting_currency, event_month
from {{ ref('fct_orders') }}
where not has_exchange_rate

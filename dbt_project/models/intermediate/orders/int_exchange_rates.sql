with rates as (
    select * from {{ ref('exchange_rates') }}
),

reporting as (
    select * from {{ ref('int_reporting_currency') }}
),

into_reporting as (
    select
        rates.month,
        rates.currency,
        rates.rate
    from rates
    inner join reporting on rates.reporting_currency = reporting.reporting_currency
    where rates.currency <> reporting.reporting_currency
)

select * from into_reporting

{{ config(materialized='table') }}

with currencies as (
    select currency from {{ ref('stg_orders__orders') }} where exclusion_reason is null
    union
    select currency from {{ ref('stg_crm__subscription_versions') }}
    where exclusion_reason is null and currency is not null
),

chosen as (
    {%- if var('reporting_currency') %}
    select '{{ var("reporting_currency") }}' as reporting_currency
    {%- else %}
    select case when count(*) = 1 then min(currency) else 'USD' end as reporting_currency
    from currencies
    {%- endif %}
)

select * from chosen

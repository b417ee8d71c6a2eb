-- Customers whom the CRM does not know, while it knows others, are in the segment 'unknown'.
{{ config(severity='warn') }}
with crm as (
    select count(*) as customers from {{ ref('stg_crm__customers') }}
)

select dim_customers.customer_id, dim_customers.first_seen_at
from {{ ref('dim_customers') }} as dim_customers
inner join crm on crm.customers > 0
where not dim_customers.is_in_crm

with seen as (
    select * from {{ ref('int_customers_seen') }}
),

crm as (
    select * from {{ ref('stg_crm__customers') }}
),

spans as (
    select * from {{ ref('int_customer_spans') }}
    where is_current
),

customers as (
    select
        seen.customer_id,
        coalesce(spans.segment_profile_id, {{ unknown_profile() }}) as segment_profile_id,
        crm.country,
        crm.region,
        crm.industry,
        crm.plan,
        crm.acquisition_channel,
        crm.age_band,
        crm.customer_id is not null as is_in_crm,
        coalesce(crm.is_deleted, false) as is_deleted,
        crm.signed_up_at,
        seen.first_seen_at,
        seen.last_seen_at
    from seen
    left join crm on seen.customer_id = crm.customer_id
    left join spans on seen.customer_id = spans.customer_id
)

select * from customers

with source as (
    select * from {{ source('raw_crm', 'customers') }}
),

newest as (
    select
        customer_id,
        updated_at,
        email,
        full_name,
        country,
        region,
        industry,
        plan,
        acquisition_channel,
        age_band,
        signed_up_at,
        is_deleted,
        _row_hash
    from source
    qualify {{ is_newest('customer_id', version='updated_at') }}
)

select * from newest

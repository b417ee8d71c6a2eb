with source as (
    select * from {{ source('raw_crm', 'customers') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

versions as (
    select
        customer_id,
        updated_at,
        account_id,
        email,
        full_name,
        country,
        region,
        industry,
        plan,
        acquisition_channel,
        age_band,
        {{ plausible('signed_up_at') }} as signed_up_at,
        is_deleted,
        _extra,
        {{ time_exclusion(last='updated_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('customer_id, updated_at') }}
)

select * from versions

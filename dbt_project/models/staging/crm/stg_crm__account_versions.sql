with source as (
    select * from {{ source('raw_crm', 'accounts') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

versions as (
    select
        account_id,
        updated_at,
        name,
        industry,
        size_band,
        country,
        region,
        owner_id,
        parent_account_id,
        is_deleted,
        {{ time_exclusion(last='updated_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('account_id, updated_at') }}
)

select * from versions

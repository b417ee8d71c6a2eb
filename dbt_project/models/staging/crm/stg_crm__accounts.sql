with versions as (
    select * from {{ ref('stg_crm__account_versions') }}
),

newest as (
    select * from versions
    where exclusion_reason is null
    qualify updated_at = max(updated_at) over (partition by account_id)
)

select * from newest

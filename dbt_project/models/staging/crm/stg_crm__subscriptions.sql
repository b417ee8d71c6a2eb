with versions as (
    select * from {{ ref('stg_crm__subscription_versions') }}
),

newest as (
    select * from versions
    where exclusion_reason is null
    qualify updated_at = max(updated_at) over (partition by subscription_id)
)

select * from newest

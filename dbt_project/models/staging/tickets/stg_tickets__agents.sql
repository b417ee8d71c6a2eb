with versions as (
    select * from {{ ref('stg_tickets__agent_versions') }}
),

newest as (
    select * from versions
    where exclusion_reason is null
    qualify updated_at = max(updated_at) over (partition by agent_id)
)

select * from newest

with versions as (
    select * from {{ ref('stg_tickets__ticket_versions') }}
),

newest as (
    select * from versions
    qualify updated_at = max(updated_at) over (partition by ticket_id)
)

select * from newest

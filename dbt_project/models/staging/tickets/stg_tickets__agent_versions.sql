with source as (
    select * from {{ source('raw_tickets', 'agents') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

versions as (
    select
        agent_id,
        updated_at,
        group_name,
        role,
        hired_on,
        {{ time_exclusion(last='updated_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('agent_id, updated_at') }}
)

select * from versions

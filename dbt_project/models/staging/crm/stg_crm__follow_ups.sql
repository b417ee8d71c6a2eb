with source as (
    select * from {{ source('raw_crm', 'follow_ups') }}
),

newest as (
    select
        follow_up_id,
        response_id,
        owner,
        contacted_at,
        resolved_at,
        outcome,
        _row_hash
    from source
    qualify {{ is_newest('follow_up_id') }}
)

select * from newest

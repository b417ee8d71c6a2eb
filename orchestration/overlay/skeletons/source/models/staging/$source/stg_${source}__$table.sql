with source as (
    select * from {{ source('raw_$source', '$table') }}
),

newest as (
    select
        event_id,
        customer_id,
        happened_at,
        ended_at,
        _row_hash
    from source
    qualify {{ is_newest('event_id') }}
)

select * from newest

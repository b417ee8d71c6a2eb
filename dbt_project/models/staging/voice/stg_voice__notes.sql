with source as (
    select * from {{ source('raw_voice', 'notes') }}
),

newest as (
    select
        note_id,
        customer_id,
        kind,
        body,
        language,
        recorded_at,
        _row_hash
    from source
    qualify {{ is_newest('note_id') }}
)

select * from newest

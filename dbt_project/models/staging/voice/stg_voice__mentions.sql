with source as (
    select * from {{ source('raw_voice', 'mentions') }}
),

newest as (
    select
        mention_id,
        customer_id,
        platform,
        author_handle,
        body,
        language,
        posted_at,
        _row_hash
    from source
    qualify {{ is_newest('mention_id') }}
)

select * from newest

with source as (
    select * from {{ source('raw_voice', 'competitor_mentions') }}
),

newest as (
    select
        mention_id,
        brand,
        platform,
        author_handle,
        posted_at,
        _row_hash
    from source
    qualify {{ is_newest('mention_id') }}
)

select * from newest

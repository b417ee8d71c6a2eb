with source as (
    select * from {{ source('raw_voice', 'posts') }}
),

newest as (
    select
        post_id,
        thread_id,
        customer_id,
        kind,
        body,
        language,
        posted_at,
        is_solution,
        _row_hash
    from source
    qualify {{ is_newest('post_id') }}
)

select * from newest

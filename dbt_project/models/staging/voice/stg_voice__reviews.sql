with source as (
    select * from {{ source('raw_voice', 'reviews') }}
),

newest as (
    select
        review_id,
        customer_id,
        product_id,
        platform,
        rating,
        rating_max,
        body,
        language,
        published_at,
        _row_hash
    from source
    qualify {{ is_newest('review_id') }}
)

select * from newest

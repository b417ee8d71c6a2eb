with source as (
    select * from {{ source('raw_web', 'events') }}
),

newest as (
    select
        event_id,
        visitor_id,
        customer_id,
        occurred_at,
        event_type,
        page_path,
        referrer,
        device,
        cart_id,
        amount,
        _row_hash
    from source
    qualify {{ is_newest('event_id') }}
)

select * from newest

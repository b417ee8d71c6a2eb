with source as (
    select * from {{ source('raw_web', 'events') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
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
        {{ time_exclusion(first='occurred_at', last='occurred_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('event_id') }}
)

select * from newest

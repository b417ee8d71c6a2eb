with source as (
    select * from {{ source('raw_survey', 'responses') }}
),

newest as (
    select
        response_id,
        instrument_id,
        customer_id,
        responded_at,
        score,
        comment,
        language,
        channel,
        touchpoint,
        order_id,
        ticket_id,
        _row_hash
    from source
    qualify {{ is_newest('response_id') }}
)

select * from newest

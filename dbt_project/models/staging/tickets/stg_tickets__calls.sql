with source as (
    select * from {{ source('raw_tickets', 'calls') }}
),

newest as (
    select
        call_id,
        customer_id,
        ticket_id,
        queued_at,
        answered_at,
        ended_at,
        _row_hash
    from source
    qualify {{ is_newest('call_id') }}
)

select * from newest

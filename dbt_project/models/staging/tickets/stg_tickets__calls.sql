with source as (
    select * from {{ source('raw_tickets', 'calls') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

newest as (
    select
        call_id,
        customer_id,
        ticket_id,
        queued_at,
        answered_at,
        ended_at,
        _extra,
        {{ time_exclusion(first='queued_at', last='ended_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('call_id') }}
)

select * from newest

with source as (
    select * from {{ source('raw_survey', 'responses') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
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
        _extra,
        {{ time_exclusion(first='responded_at', last='responded_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('response_id') }}
)

select * from newest

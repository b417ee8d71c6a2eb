with source as (
    select * from {{ source('raw_survey', 'invitations') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

newest as (
    select
        invitation_id,
        instrument_id,
        customer_id,
        sent_at,
        channel,
        response_id,
        bounced,
        _extra,
        {{ time_exclusion(first='sent_at', last='sent_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('invitation_id') }}
)

select * from newest

with source as (
    select * from {{ source('raw_survey', 'invitations') }}
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
        _row_hash
    from source
    qualify {{ is_newest('invitation_id') }}
)

select * from newest

with source as (
    select * from {{ source('raw_crm', 'subscriptions') }}
),

newest as (
    select
        subscription_id,
        updated_at,
        customer_id,
        plan,
        mrr,
        currency,
        status,
        started_at,
        ended_at,
        renewed_at,
        _row_hash
    from source
    qualify {{ is_newest('subscription_id', version='updated_at') }}
)

select * from newest

with source as (
    select * from {{ source('raw_crm', 'subscriptions') }}
),

versions as (
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
    qualify {{ is_newest('subscription_id, updated_at') }}
)

select * from versions

with source as (
    select * from {{ source('raw_crm', 'subscriptions') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
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
        {{ known_end('ended_at') }} as ended_at,
        renewed_at,
        {{ known_end('trial_ends_at') }} as trial_ends_at,
        billing_months,
        cancel_reason,
        is_involuntary,
        account_id,
        {{ time_exclusion(first='started_at', last='updated_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('subscription_id, updated_at') }}
)

select * from versions

with source as (
    select * from {{ source('raw_experiments', 'outcomes') }}
),

newest as (
    select
        experiment_id,
        customer_id,
        metric,
        value,
        observed_at,
        _row_hash
    from source
    qualify {{ is_newest('experiment_id, customer_id, metric') }}
)

select * from newest

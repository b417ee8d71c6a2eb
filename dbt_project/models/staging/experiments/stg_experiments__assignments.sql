with source as (
    select * from {{ source('raw_experiments', 'assignments') }}
),

newest as (
    select
        experiment_id,
        customer_id,
        variant,
        assigned_at,
        _row_hash
    from source
    qualify {{ is_newest('experiment_id, customer_id, variant') }}
)

select * from newest

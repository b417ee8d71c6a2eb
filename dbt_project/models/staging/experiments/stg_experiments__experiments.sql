with source as (
    select * from {{ source('raw_experiments', 'experiments') }}
),

newest as (
    select
        experiment_id,
        hypothesis,
        evidence,
        metric,
        expected_effect,
        impact,
        confidence,
        ease,
        status,
        starts_on,
        ends_on,
        minimum_sample,
        control_variant,
        planned_split,
        window_days,
        _row_hash
    from source
    qualify {{ is_newest('experiment_id') }}
)

select * from newest

with source as (
    select * from {{ source('raw_survey', 'instruments') }}
),

newest as (
    select
        instrument_id,
        metric,
        version,
        question,
        scale_min,
        scale_max,
        higher_is_better,
        positive_min,
        positive_max,
        passive_min,
        audience,
        _row_hash
    from source
    qualify {{ is_newest('instrument_id') }}
)

select * from newest

{{ config(materialized='table') }}

with outcomes as (
    select *, {{ each_of(['segment_profile_id', 'behaviour_profile_id']) }} as profile_id
    from {{ ref('driver_outcomes') }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
    where segment_type in ({{ quoted(['all'] + var('driver_segment_types')) }})
),

placed as (
    select
        outcomes.outcome,
        segments.segment_type,
        segments.segment,
        outcomes.unit_id,
        outcomes.customer_id,
        outcomes.score,
        count(*) over (
            partition by outcomes.outcome, segments.segment_type, segments.segment
        ) as units
    from outcomes
    inner join segments on outcomes.profile_id = segments.profile_id
),

large as (
    select outcome, segment_type, segment, unit_id, customer_id, score from placed
    where units >= {{ var('driver_min_units') }}
)

select * from large

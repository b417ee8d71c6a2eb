with registry as (
    select * from {{ ref('segments') }}
),

segment_types as (
    select * from {{ ref('segment_types') }}
),

stages as (
    select * from {{ ref('int_stages') }}
),

segments as (
    select
        segment_type,
        segment,
        place,
        label
    from registry
    union all
    select
        segment_types.segment_type,
        stages.stage as segment,
        cast(stages.stage_order as integer) as place,
        stages.stage as label
    from segment_types
    cross join stages
    where segment_types.applies_to = 'event' and segment_types.attribute = 'stage'
)

select * from segments

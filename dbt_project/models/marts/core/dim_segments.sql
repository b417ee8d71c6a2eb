with registry as (
    select * from {{ ref('segments') }}
),

segment_types as (
    select * from {{ ref('segment_types') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
),

stages as (
    select
        stage,
        min(stage_order) as stage_order
    from touchpoints
    group by stage
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

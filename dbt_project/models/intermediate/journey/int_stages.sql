with touchpoints as (
    select * from {{ ref('touchpoints') }}
),

stages as (
    select stage, min(stage_order) as stage_order
    from touchpoints
    group by stage
)

select * from stages

{{ config(materialized='table') }}

with segments as (
    select * from {{ ref('int_profile_segments') }}
),

weighted_types as (
    select
        segment_type,
        row_number() over (order by segment_type) as type_rank,
        count(*) over () as types
    from {{ ref('segment_types') }}
    where
        applies_to = 'customer'
        and attribute not in (
            {{ quoted(var('segment_spans')) }}
        )
        and segment_type in (select segments.segment_type from segments)
        and segment_type in (
            {{ quoted(var('weighted_segment_types')) }}
        )
),

weighted as (
    select
        segments.profile_id,
        segments.segment_type,
        segments.segment,
        weighted_types.type_rank,
        weighted_types.types
    from segments
    inner join weighted_types on segments.segment_type = weighted_types.segment_type
),

cells as (
    select
        profile_id,
        md5({{ texts_in_order('md5(segment)', '', 'type_rank') }}) as cell_id
    from weighted
    group by profile_id
),

memberships as (
    select
        cells.cell_id,
        weighted.*
    from cells
    inner join weighted on cells.profile_id = weighted.profile_id
)

select * from memberships

{{ config(materialized='table') }}

with cells as (
    select distinct cell, cell_id from {{ ref('support_life_months') }}
),

segments as (
    select distinct cell_id, segment_type, segment from {{ ref('weighting_cells') }}
),

placed as (
    select cell, 'all' as segment_type, 'all' as segment from cells
    union all
    select cells.cell, segments.segment_type, segments.segment
    from cells
    inner join segments on cells.cell_id = segments.cell_id
)

select * from placed

{{ config(materialized='table') }}

with segments as (
    select * from {{ ref('int_profile_segments') }}
),

in_columns as (
    select
        profile_id,
        {%- for segment_type in customer_segment_types() %}
        max(case when segment_type = '{{ dbt.escape_single_quotes(segment_type) }}' then segment end)
            as {{ customer_column(segment_type) }},
        {%- endfor %}
        count(*) as segments
    from segments
    where not profile_id like 'current-%'
    group by profile_id
)

select * from in_columns

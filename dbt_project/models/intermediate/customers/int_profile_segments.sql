{{ config(materialized='table') }}

with spans as (
    select * from {{ ref('int_customer_spans') }}
),

segment_types as (
    select * from {{ ref('segment_types') }}
),

profiles as (
    select distinct
        segment_profile_id,
        {{ customer_attributes() | join(', ') }}
    from spans
    union all
    select
        {{ unknown_profile() }} as segment_profile_id,
        {{ "'unknown' as " ~ customer_attributes() | join(", 'unknown' as ") }}
),

attributes as (
    {%- for attribute in customer_attributes() %}
    select segment_profile_id, '{{ attribute }}' as attribute, {{ attribute }} as segment
    from profiles
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

segments as (
    select
        attributes.segment_profile_id,
        segment_types.segment_type,
        attributes.segment
    from attributes
    inner join segment_types
        on attributes.attribute = segment_types.attribute and segment_types.applies_to = 'customer'
    union all
    select
        segment_profile_id,
        'all' as segment_type,
        'all' as segment
    from profiles
)

select * from segments

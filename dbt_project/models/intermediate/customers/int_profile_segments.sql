{{ config(materialized='table') }}

with segment_types as (
    select * from {{ ref('segment_types') }}
    where applies_to = 'customer'
),

{%- set kinds = [
    ('segment_profiles', 'int_customer_spans', 'segment_profile_id', customer_attributes(), unknown_profile()),
    ('behaviour_profiles', 'int_profile_spans', 'behaviour_profile_id', var('segment_spans'), unknown_behaviour()),
] %}
{%- for kind, spans, id, attributes, unknown in kinds %}

{{ kind }} as (
    select distinct {{ id }} as profile_id, {{ attributes | join(', ') }}
    from {{ ref(spans) }}
    union all
    select {{ unknown }} as profile_id, {{ "'unknown' as " ~ attributes | join(", 'unknown' as ") }}
),
{%- endfor %}

attributes as (
    {%- for kind, spans, id, attributes, unknown in kinds %}
    {%- set last_kind = loop.last %}
    {%- for attribute in attributes %}
    select profile_id, '{{ attribute }}' as attribute, {{ attribute }} as segment from {{ kind }}
    {{ 'union all' if not (loop.last and last_kind) }}
    {%- endfor %}
    {%- endfor %}
),

as_of as (
    select
        attributes.profile_id,
        segment_types.segment_type,
        attributes.segment
    from attributes
    inner join segment_types on attributes.attribute = segment_types.attribute
),

segments as (
    select profile_id, segment_type, segment from as_of
    union all
    select
        {{ current_profile('profile_id') }} as profile_id,
        concat(segment_type, '_current') as segment_type,
        segment
    from as_of
    union all
    select
        profile_id,
        'all' as segment_type,
        'all' as segment
    from segment_profiles
)

select * from segments

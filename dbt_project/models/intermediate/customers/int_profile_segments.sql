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

extra_profiles as (
    select distinct segment_profile_id as profile_id, nullif(extra_attributes, '') as extra_attributes
    from {{ ref('int_customer_spans') }}
    union all
    select {{ unknown_profile() }} as profile_id, null as extra_attributes
),

extra_types as (
    {{ extra_attributes() | indent }}
),

-- What no customer has is no attribute (yet).
extra_segments as (
    select
        extra_profiles.profile_id,
        extra_types.attribute,
        {{ json_text_of('extra_profiles.extra_attributes', 'extra_types.attribute') }} as segment
    from extra_profiles
    cross join extra_types
    qualify max(segment) over (partition by attribute) is not null
),

attributes as (
    {%- for kind, spans, id, attributes, unknown in kinds %}
    {%- for attribute in attributes %}
    select profile_id, '{{ attribute }}' as attribute, {{ attribute }} as segment from {{ kind }}
    union all
    {%- endfor %}
    {%- endfor %}
    select profile_id, attribute, coalesce(segment, 'unknown') as segment from extra_segments
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

{{ config(materialized='table') }}

{%- set profiles = unit_profiles(own_attributes('fct_survey_responses')) %}
{%- set place = change_key() + ['periods_between'] %}

with pairs as (
    select * from {{ ref('change_pairs') }}
),

by_profile as (
    {%- for profile in profiles %}
    select
        {{ place | join(', ') }},
        {{ profile }} as profile_id, other_{{ profile }} as other_profile_id,
        sum({{ product('weight', 'other_weight') }}) as weight_weight,
        sum({{ product('weight', 'other_value') }}) as weight_value,
        sum({{ product('value', 'other_weight') }}) as value_weight,
        sum({{ product('value', 'other_value') }}) as value_value
    from pairs
    where {{ profile }} is not null
    group by {{ place | join(', ') }}, {{ profile }}, other_{{ profile }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

profiles_met as (
    select profile_id from by_profile
    union
    select other_profile_id from by_profile
),

segments as (
    {{ segments_of('profiles_met') | indent }}
),

by_segment as (
    select
        {{ place | join(', ') }}, segments.segment_type, segments.segment, others.segment as other_segment,
        {{ sums('by_profile', unit_products()) }}
    from by_profile
    inner join segments on by_profile.profile_id = segments.profile_id
    inner join segments as others
        on by_profile.other_profile_id = others.profile_id and segments.segment_type = others.segment_type
    group by {{ place | join(', ') }}, segments.segment_type, segments.segment, others.segment
)

select * from by_segment

{{ config(materialized='table') }}

{%- set profiles = unit_profiles(own_attributes('fct_survey_responses')) %}
{%- set place = change_key() + ['periods_between'] %}

with units as (
    select * from {{ ref('change_units') }}
),

met as (
    select *, period_start as met_in, 0 as periods_between from units
    union all
    select *, {{ period_end('period_grain', 'period_start') }} + 1, 1 from units
),

pairs as (
    select
        units.*,
        {%- for profile in profiles %}
        met.{{ profile }} as other_{{ profile }},
        {%- endfor %}
        met.weight as other_weight,
        met.value as other_value,
        met.periods_between
    from units
    inner join met
        on units.customer_id = met.customer_id
        and units.metric = met.metric
        and units.instrument_version = met.instrument_version
        and units.period_grain = met.period_grain
        and units.period_start = met.met_in
        and units.unit_id <> met.unit_id
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

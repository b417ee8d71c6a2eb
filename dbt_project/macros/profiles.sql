{#- A profile is a combination of attribute values, a row of a mini-dimension: int_profile_segments names its
    segments. Kinds of attributes have mini-dimensions of their own, since one of all would have nearly a
    row per event. -#}
{% macro profile_id(attributes, extra_attributes="''") -%}
    md5(concat({{ text_of_struct(attributes) }}, {{ extra_attributes }}))
{%- endmacro %}

{#- Profiles of events whose customer no source names, or whom the CRM does not know. -#}
{% macro unknown_profile() -%} 'unknown' {%- endmacro %}

{% macro unknown_behaviour() -%} 'unknown-behaviour' {%- endmacro %}

{#- Profile of accounts whose attributes no source tells. -#}
{% macro unknown_account() -%} 'unknown-account' {%- endmacro %}

{#- Behaviour of a customer of whom no source tells any: a query of one row. -#}
{% macro default_behaviour() -%}
    select {{ profile_id(var('segment_spans')) }} as behaviour_profile_id
    from (
        select
            {%- for attribute in var('segment_spans') %}
            '{{ var("segment_defaults").get(attribute, "unknown") }}' as {{ attribute }}{{ ',' if not loop.last }}
            {%- endfor %}
    ) as attributes
{%- endmacro %}

{#- Profile of a customer's newest attributes, by the profile of the attributes themselves. -#}
{% macro current_profile(profile) -%} concat('current-', {{ profile }}) {%- endmacro %}

{#- Profile of an event's own attribute; it needs no row in int_profile_segments. -#}
{% macro event_profile(attribute, value) -%}
    concat('{{ dbt.escape_single_quotes(attribute) }}=', coalesce({{ value }}, 'unknown'))
{%- endmacro %}

{#- The two profiles of a customer as of an event, by a left join of int_profile_spans. -#}
{% macro profiles_as_of(spans) -%}
    coalesce({{ spans }}.segment_profile_id, {{ unknown_profile() }}) as segment_profile_id,
    coalesce({{ spans }}.behaviour_profile_id, {{ unknown_behaviour() }}) as behaviour_profile_id
{%- endmacro %}

{#- Attributes of events that are segment types in any case; tables of events have all or some of them. -#}
{% macro event_attributes() -%}
    {{ return(['touchpoint', 'channel', 'instrument_id']) }}
{%- endmacro %}

{#- Each event once for each of its profiles, as profile_id: the customer's as of the event, the
    customer's of now, and the event's own attributes. `events` holds customer_id,
    segment_profile_id, behaviour_profile_id, the event's attributes, and those `own` ones of with_own_profiles. -#}
{% macro in_each_profile(events, event_attributes=[], own=[]) -%}
    {%- set profiles = [
        events ~ '.segment_profile_id',
        events ~ '.behaviour_profile_id',
        current_profile('coalesce(newest.segment_profile_id, ' ~ unknown_profile() ~ ')'),
        current_profile('coalesce(newest.behaviour_profile_id, ' ~ unknown_behaviour() ~ ')'),
    ] -%}
    {%- for attribute in event_attributes -%}
        {%- do profiles.append(event_profile(attribute, events ~ '.' ~ attribute)) -%}
    {%- endfor -%}
    {%- for attribute in own -%}
        {%- do profiles.append(events ~ '.own_profile_' ~ loop.index) -%}
    {%- endfor -%}
    select
        {{ events }}.*,
        {{ each_of(profiles) }} as profile_id
    from {{ events }}
    left join {{ ref('int_profile_spans') }} as newest
        on {{ events }}.customer_id = newest.customer_id and newest.is_current
{%- endmacro %}

{#- Segments of each profile in a relation: profile_id, segment_type, segment. `segments` names those of
    the profiles that are no event's own. -#}
{% macro segments_of(relation, segments='int_profile_segments') -%}
    select profile_id, segment_type, segment
    from {{ ref(segments) }}
    union all
    select distinct
        profiles.profile_id,
        types.segment_type,
        substr(profiles.profile_id, length(types.attribute) + 2) as segment
    from {{ relation }} as profiles
    inner join {{ ref('segment_types') }} as types
        on types.applies_to = 'event'
        and types.attribute = split_part(profiles.profile_id, '=', 1)
{%- endmacro %}

{#- What events add up to in each segment, and within each value of the columns `keys`. `aggregates` are
    expressions by name that add up, counts and sums: they are taken by profile first, so that profiles
    meet the segments, not events. `events` and their attributes are those of in_each_profile. -#}
{% macro by_segment(events, keys, aggregates, event_attributes=[]) -%}
    with profiled as (
        {{ in_each_profile(events, event_attributes) | indent }}
    ),

    by_profile as (
        select
            {{ (keys + ['profile_id']) | join(', ') }}
            {%- for name, expression in aggregates.items() %},
            {{ expression }} as {{ name }}
            {%- endfor %}
        from profiled
        group by {{ (keys + ['profile_id']) | join(', ') }}
    ),

    in_segments as (
        {{ in_each_segment('by_profile') | indent }}
    )

    select
        {{ (keys + ['segment_type', 'segment']) | join(', ') }},
        {{ sums('in_segments', aggregates) }}
    from in_segments
    group by {{ (keys + ['segment_type', 'segment']) | join(', ') }}
{%- endmacro %}

{#- What rows of profiles are in each period and segment, and within each value of the columns `keys`:
    daily counts by profile, of which `aggregates` are sums, or events in each of their profiles, of which
    they may be any aggregate, a median say. `profiled` holds event_date and profile_id. -#}
{% macro by_period_and_segment(profiled, keys, aggregates) -%}
    with grains as (
        select {{ each_of([quoted(period_grains() + ['all'])]) }} as period_grain
    ),

    in_segments as (
        {{ in_each_segment(profiled) | indent }}
    )

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'in_segments.event_date') }} as period_start,
        {{ (['segment_type', 'segment'] + keys) | join(', ') }}
        {%- for name, expression in aggregates.items() %},
        {{ expression }} as {{ name }}
        {%- endfor %}
    from in_segments
    cross join grains
    group by all
{%- endmacro %}

{#- Each row once for each segment of its profile. -#}
{% macro in_each_segment(profiled) -%}
    select
        profiled.*,
        segments.segment_type,
        segments.segment
    from {{ profiled }} as profiled
    inner join (
        {{ segments_of(profiled) | indent }}
    ) as segments
        on profiled.profile_id = segments.profile_id
{%- endmacro %}

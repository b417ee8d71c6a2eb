{#- What events add up to in each segment, and within each value of the columns `keys`. `aggregates` are
    expressions by name that add up, counts and sums: they are taken by profile first, so that profiles
    meet the segments, not events. `events` and their attributes are those of in_each_profile, `segments` those of
    segments_of. -#}
{% macro by_segment(events, keys, aggregates, event_attributes=[], own=[], segments='int_profile_segments') -%}
    with profiled as (
        {{ in_each_profile(events, event_attributes, own) | indent }}
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
        {{ in_each_segment('by_profile', segments) | indent }}
    )

    select
        {{ (keys + ['segment_type', 'segment']) | join(', ') }},
        {{ sums('in_segments', aggregates) }}
    from in_segments
    group by {{ (keys + ['segment_type', 'segment']) | join(', ') }}
{%- endmacro %}

{#- Sums of daily counts by profile on each day and in each segment, and within each value of the columns
    `keys`. `profiled` holds event_date and profile_id. -#}
{% macro by_day_and_segment(profiled, keys, measures) -%}
    with in_segments as (
        {{ in_each_segment(profiled) | indent }}
    )

    select
        {{ (['event_date', 'segment_type', 'segment'] + keys) | join(', ') }},
        {{ sums('in_segments', measures) }}
    from in_segments
    group by {{ (['event_date', 'segment_type', 'segment'] + keys) | join(', ') }}
{%- endmacro %}

{#- What events add up to in each period and segment, as by_segment has it, by parts of weeks: each lies in one week and in
    one month, and there are six days to a part. `events` holds event_date. -#}
{% macro by_period_and_segment(events, keys, aggregates, event_attributes=[], own=[]) -%}
    with in_parts as (
        select
            *,
            greatest({{ period_start("'week'", 'event_date') }}, {{ period_start("'month'", 'event_date') }})
                as part_of_week
        from {{ events }}
    ),

    by_part as (
        {{ by_segment('in_parts', ['part_of_week'] + keys, aggregates, event_attributes, own) | indent }}
    ),

    summed as (
        {{ by_period('by_part', keys, aggregates, day='part_of_week') | indent }}
    )

    select * from summed
{%- endmacro %}

{#- Sums of days in each period and segment: months are of days, as weeks are, and what is longer is of months. -#}
{% macro by_period(daily, keys, measures, day='event_date') -%}
    {%- set places = (['segment_type', 'segment'] + keys) | join(', ') -%}
    with weeks_and_months as (
        {{ in_grains(daily, day, ['week', 'month'], places, measures) | indent }}
    ),

    months as (
        select * from weeks_and_months
        where period_grain = 'month'
    ),

    longer as (
        {{ in_grains('months', 'months.period_start', ['quarter', 'year', 'all'], places, measures) | indent }}
    )

    select * from weeks_and_months
    union all
    select * from longer
{%- endmacro %}

{% macro in_grains(relation, day, grains, places, measures) -%}
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', day) }} as period_start,
        {{ places }},
        {{ sums(relation, measures) }}
    from {{ relation }}
    cross join (select {{ each_of([quoted(grains)]) }} as period_grain) as grains
    group by 1, 2, {{ places }}
{%- endmacro %}

{#- Aggregates of events in each period and segment, for what sums of days cannot tell, a median say.
    `profiled` holds event_date and profile_id; `counts_in`, where not each day counts in all of its periods, event_date
    and each period_grain that it counts in. Segment types take turns, since what DuckDB finds quantiles in is beyond its
    memory limit: 240 thousand tickets took 1.5 GB in all types at once, 0.45 in turns. `distinct` are columns by name whose values count once each: a value does where
    it was not there before in the period, which costs half of what a distinct count does. -#}
{% macro of_events_by_period_and_segment(profiled, aggregates, counts_in=none, distinct={}) -%}
    {%- set query -%}
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'profiled.event_date') }} as period_start,
        profiled.segment_type,
        profiled.segment
        {%- for name, expression in aggregates.items() %},
        {{ expression }} as {{ name }}
        {%- endfor %}
        {%- for name, column in distinct.items() %},
        count(profiled.{{ column }}) filter (
            where profiled.{{ column }}_before is null
                or {{ period_start('grains.period_grain', 'profiled.' ~ column ~ '_before') }}
                < {{ period_start('grains.period_grain', 'profiled.event_date') }}
        ) as {{ name }}
        {%- endfor %}
    from (
        select
            events.*,
            in_turn.segment_type,
            in_turn.segment
            {%- for column in distinct.values() %},
            lag(events.event_date) over (
                partition by in_turn.segment_type, in_turn.segment, events.{{ column }} order by events.event_date
            ) as {{ column }}_before
            {%- endfor %}
        from {{ profiled }} as events
        inner join in_turn on events.profile_id = in_turn.profile_id
    ) as profiled
    {%- if counts_in %}
    inner join {{ counts_in }} as grains on profiled.event_date = grains.event_date
    {%- else %}
    cross join grains
    {%- endif %}
    group by all
    {%- endset -%}
    with grains as (
        select {{ each_of([quoted(period_grains() + ['all'])]) }} as period_grain
    ),

    segments_met as (
        select segments.*
        from (
            {{ segments_of(profiled) | indent(8) }}
        ) as segments
        where segments.profile_id in (select {{ profiled }}.profile_id from {{ profiled }})
    ),

    rolled_up as (
        {{ in_turns('segments_met', 'segment_type', query) | indent }}
    )

    select * from rolled_up
{%- endmacro %}

{#- Each row once for each segment of its profile. -#}
{% macro in_each_segment(profiled, segments='int_profile_segments') -%}
    select
        profiled.*,
        segments.segment_type,
        segments.segment
    from {{ profiled }} as profiled
    inner join (
        {{ segments_of(profiled, segments) | indent }}
    ) as segments
        on profiled.profile_id = segments.profile_id
{%- endmacro %}

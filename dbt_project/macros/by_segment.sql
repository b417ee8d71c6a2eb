{#- Sums daily counts per profile into every period and segment. `daily` holds event_date,
    profile_id, the dimensions and the measures. What is no sum, a median say, is an expression by name
    in `aggregates`, over events instead of daily counts. -#}
{% macro by_period_and_segment(daily, measures, dimensions=[], aggregates={}) -%}
    with grains as (
        select unnest(['week', 'month', 'quarter', 'year', 'all']) as period_grain
    ),

    segments as (
        {{ segments_of(daily) | indent }}
    ),

    by_segment as (
        select daily.*, segments.segment_type, segments.segment
        from {{ daily }} as daily
        inner join segments on daily.profile_id = segments.profile_id
    )

    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'by_segment.event_date') }} as period_start,
        by_segment.segment_type,
        by_segment.segment,
        {%- for dimension in dimensions %}
        by_segment.{{ dimension }},
        {%- endfor %}
        {{ sums('by_segment', measures) }}
        {%- for name, expression in aggregates.items() %},
        {{ expression }} as {{ name }}
        {%- endfor %}
    from by_segment
    cross join grains
    group by all
{%- endmacro %}

{% macro period_start(grain, day) -%}
    case {{ grain }}
        {%- for grain_name in ['week', 'month', 'quarter', 'year'] %}
        when '{{ grain_name }}' then cast(date_trunc('{{ grain_name }}', {{ day }}) as date)
        {%- endfor %}
    end
{%- endmacro %}

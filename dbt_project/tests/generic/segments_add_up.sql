{#- The segments of every type add up to the total, within each value of the columns `within`. -#}
{% test segments_add_up(model, measures, within) %}
    with by_type as (
        select
            {{ within | join(', ') }},
            segment_type,
            {%- for measure in measures %}
            round(sum({{ measure }}), 2) as {{ measure }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ model }}
        group by all
    ),

    expected as (
        select totals.*, types.segment_type as type_to_add_up
        from (select distinct {{ within | join(', ') }} from {{ model }}) as places
        cross join (select distinct segment_type from {{ model }}) as types
        left join by_type as totals
            on totals.segment_type = 'all'
            {%- for column in within %}
            and places.{{ column }} is not distinct from totals.{{ column }}
            {%- endfor %}
    )

    select expected.*
    from expected
    left join by_type
        on expected.type_to_add_up = by_type.segment_type
        {%- for column in within %}
        and expected.{{ column }} is not distinct from by_type.{{ column }}
        {%- endfor %}
    left join {{ ref('dim_segment_types') }} as types on expected.type_to_add_up = types.segment_type
    where expected.segment_type is null
        {%- for measure in measures %}
        or {{ is_uneven('coalesce(by_type.' ~ measure ~ ', 0)', 'expected.' ~ measure, 'types') }}
        {%- endfor %}
{% endtest %}

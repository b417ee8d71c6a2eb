{#- Join condition: the same period and segment, and the same value of the columns `keys`. -#}
{% macro same_segment(left, right, keys=[]) -%}
    {{ left }}.period_grain = {{ right }}.period_grain
    and {{ left }}.period_start is not distinct from {{ right }}.period_start
    and {{ left }}.segment_type = {{ right }}.segment_type
    and {{ left }}.segment = {{ right }}.segment
    {%- if keys %} and {{ same_values(left, right, keys) }}{% endif %}
{%- endmacro %}

{#- Join condition: the same value of each of the columns. -#}
{% macro same_values(left, right, columns) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

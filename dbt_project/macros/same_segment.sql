{#- Join condition: the same period and segment. -#}
{% macro same_segment(left, right) -%}
    {{ left }}.period_grain = {{ right }}.period_grain
    and {{ left }}.period_start is not distinct from {{ right }}.period_start
    and {{ left }}.segment_type = {{ right }}.segment_type
    and {{ left }}.segment = {{ right }}.segment
{%- endmacro %}

{#- Join condition: the same in all columns that tell places apart, of which one may be null. -#}
{% macro same_place(left, right, places) -%}
    {%- for column in places %}
    {{ left }}.{{ column }} is not distinct from {{ right }}.{{ column }}{{ ' and' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Join condition: the same period and segment, and the same value of the columns `keys`. -#}
{% macro same_segment(left, right, keys=[]) -%}
    {{ left }}.period_grain = {{ right }}.period_grain
    and {{ left }}.period_start is not distinct from {{ right }}.period_start
    and {{ left }}.segment_type = {{ right }}.segment_type
    and {{ left }}.segment = {{ right }}.segment
    {%- for key in keys %}
    and {{ left }}.{{ key }} = {{ right }}.{{ key }}
    {%- endfor %}
{%- endmacro %}

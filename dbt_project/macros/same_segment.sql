{#- Join condition: the same period and segment. -#}
{% macro same_segment(left, right) -%}
    {{ left }}.period_grain = {{ right }}.period_grain
    and {{ left }}.period_start is not distinct from {{ right }}.period_start
    and {{ left }}.segment_type = {{ right }}.segment_type
    and {{ left }}.segment = {{ right }}.segment
{%- endmacro %}

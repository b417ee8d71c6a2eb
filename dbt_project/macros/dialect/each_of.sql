{#- One row for each of the values. -#}
{% macro each_of(values) -%}
    unnest([{{ values | join(', ') }}])
{%- endmacro %}

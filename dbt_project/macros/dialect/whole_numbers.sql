{#- One row for each whole number from the first to the last. -#}
{% macro whole_numbers(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

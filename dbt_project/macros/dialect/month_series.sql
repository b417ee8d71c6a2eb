{#- One row for each month from the first to the last, both first days of months. -#}
{% macro month_series(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month)) as date)
{%- endmacro %}

{#- One row for each month from the first to the last, both first days of months. -#}
{% macro month_series(first_month, last_month) -%} {{ return(adapter.dispatch('month_series')(first_month, last_month)) }} {%- endmacro %}

{% macro default__month_series(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month)) as date)
{%- endmacro %}

{% macro spark__month_series(first_month, last_month) -%}
    explode({{ spark_sequence('cast(' ~ first_month ~ ' as date)', 'cast(' ~ last_month ~ ' as date)', 'interval 1 month') }})
{%- endmacro %}

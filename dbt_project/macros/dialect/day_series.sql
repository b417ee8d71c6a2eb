{#- One row for each day from the first to the last. -#}
{% macro day_series(first_day, last_day) -%} {{ return(adapter.dispatch('day_series')(first_day, last_day)) }} {%- endmacro %}

{% macro default__day_series(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__day_series(first_day, last_day) -%}
    explode({{ spark_sequence('cast(' ~ first_day ~ ' as date)', 'cast(' ~ last_day ~ ' as date)', 'interval 1 day') }})
{%- endmacro %}

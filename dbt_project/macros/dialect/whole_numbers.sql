{#- One row for each whole number from the first to the last. -#}
{% macro whole_numbers(first, last) -%} {{ return(adapter.dispatch('whole_numbers')(first, last)) }} {%- endmacro %}

{% macro default__whole_numbers(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

{% macro spark__whole_numbers(first, last) -%}
    explode({{ spark_sequence('cast(' ~ first ~ ' as bigint)', 'cast(' ~ last ~ ' as bigint)', '1L') }})
{%- endmacro %}

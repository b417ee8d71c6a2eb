{#- A whole number that stands for the content of the columns; sums of it stand for sets of rows. -#}
{% macro row_hash(columns) -%} {{ return(adapter.dispatch('row_hash')(columns)) }} {%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({% for column in columns %}{{ column }}, ({{ column }}) is null{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- A whole number that stands for the content of the columns; sums of it stand for sets of rows. -#}
{% macro row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

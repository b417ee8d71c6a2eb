{#- Words and what lies between them, a row each, as they follow each other. -#}
{% macro each_word(text) -%}
    unnest(regexp_extract_all({{ text }}, '[\p{L}\p{M}]+|[^\p{L}\p{M}]+'))
{%- endmacro %}

{#- The place of each of them, from 1. -#}
{% macro place_of_each_word(text) -%}
    generate_subscripts(regexp_extract_all({{ text }}, '[\p{L}\p{M}]+|[^\p{L}\p{M}]+'), 1)
{%- endmacro %}

{#- Words and what lies between them, a row each, as they follow each other. -#}
{% macro each_word(text) -%} unnest({{ words_of(text) }}) {%- endmacro %}

{#- The place of each of them, from 1. -#}
{% macro place_of_each_word(text) -%} generate_subscripts({{ words_of(text) }}, 1) {%- endmacro %}

{#- The same as a list. -#}
{% macro words_of(text) -%} regexp_extract_all({{ text }}, '[\p{L}\p{M}]+|[^\p{L}\p{M}]+') {%- endmacro %}

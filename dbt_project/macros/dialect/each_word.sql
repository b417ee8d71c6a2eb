{#- Words and what lies between them, a row each. -#}
{% macro each_word(text) -%} {{ return(adapter.dispatch('each_word')(text)) }} {%- endmacro %}

{% macro default__each_word(text) -%} unnest({{ words_of(text) }}) {%- endmacro %}

{% macro spark__each_word(text) -%} explode({{ words_of(text) }}) {%- endmacro %}

{#- The same as a column `word`, beside `place`, by which they follow each other. -#}
{% macro each_word_in_place(text) -%} {{ return(adapter.dispatch('each_word_in_place')(text)) }} {%- endmacro %}

{% macro default__each_word_in_place(text) -%}
    unnest({{ words_of(text) }}) as word,
    generate_subscripts({{ words_of(text) }}, 1) as place
{%- endmacro %}

{% macro spark__each_word_in_place(text) -%} posexplode({{ words_of(text) }}) as (place, word) {%- endmacro %}

{#- The same as a list. -#}
{% macro words_of(text) -%} {{ return(adapter.dispatch('words_of')(text)) }} {%- endmacro %}

{% macro default__words_of(text) -%} regexp_extract_all({{ text }}, '[\p{L}\p{M}]+|[^\p{L}\p{M}]+') {%- endmacro %}

{% macro spark__words_of(text) -%} regexp_extract_all({{ text }}, '[\\p{L}\\p{M}]+|[^\\p{L}\\p{M}]+', 0) {%- endmacro %}

{#- A text with all that matches a regular expression replaced; both are SQL. -#}
{% macro replaced(text, pattern, replacement) -%} {{ return(adapter.dispatch('replaced')(text, pattern, replacement)) }} {%- endmacro %}

{% macro default__replaced(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 'g')
{%- endmacro %}

{% macro spark__replaced(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern | replace('\\', '\\\\') }}, {{ replacement }})
{%- endmacro %}

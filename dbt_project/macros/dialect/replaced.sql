{#- A text with all that matches a regular expression replaced; both are SQL. -#}
{% macro replaced(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 'g')
{%- endmacro %}

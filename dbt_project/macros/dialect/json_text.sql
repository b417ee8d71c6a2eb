{#- Text of a member of a JSON object; null when there is none. -#}
{% macro json_text(document, member) -%}
    json_extract_string({{ document }}, '$."{{ member }}"')
{%- endmacro %}

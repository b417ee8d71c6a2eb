{#- Texts as a list of SQL literals for `in`; no text is in that of none. -#}
{% macro quoted(texts) -%}
    '{{ texts | join("',\n            '") }}'
{%- endmacro %}

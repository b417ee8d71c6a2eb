{#- One row for each part of a text between separators; both are SQL. -#}
{% macro parts_of(text, separator) -%} unnest(string_split({{ text }}, {{ separator }})) {%- endmacro %}

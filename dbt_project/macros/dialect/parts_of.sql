{#- One row for each part of a text between separators; both are SQL. -#}
{% macro parts_of(text, separator) -%} {{ return(adapter.dispatch('parts_of')(text, separator)) }} {%- endmacro %}

{% macro default__parts_of(text, separator) -%} unnest(string_split({{ text }}, {{ separator }})) {%- endmacro %}

{% macro spark__parts_of(text, separator) -%}
    explode(split({{ text }}, '\\Q' || {{ separator }} || '\\E'))
{%- endmacro %}

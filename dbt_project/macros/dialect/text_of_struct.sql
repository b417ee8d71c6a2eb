{#- Columns by name and value as a text that no other names and values give. -#}
{% macro text_of_struct(columns) -%} {{ return(adapter.dispatch('text_of_struct')(columns)) }} {%- endmacro %}

{% macro default__text_of_struct(columns) -%}
    cast(to_json(struct_pack({% for column in columns %}{{ column }} := {{ column }}{{ ', ' if not loop.last }}{% endfor %})) as string)
{%- endmacro %}

{% macro spark__text_of_struct(columns) -%}
    to_json(struct({{ columns | join(', ') }}), map('ignoreNullFields', 'false'))
{%- endmacro %}

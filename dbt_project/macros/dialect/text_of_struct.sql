{#- Columns by name and value as a text that no other names and values give. -#}
{% macro text_of_struct(columns) -%}
    cast(to_json(struct_pack({% for column in columns %}{{ column }} := {{ column }}{{ ', ' if not loop.last }}{% endfor %})) as string)
{%- endmacro %}

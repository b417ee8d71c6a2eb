{#- Columns of raw_crm.customers that can be segment types: text, neither key nor personal. -#}
{% macro customer_attributes() -%}
    {%- set attributes = [] -%}
    {%- for source in graph.get('sources', {}).values() if source.source_name == 'raw_crm' and source.name == 'customers' -%}
        {%- for column in source.columns.values() -%}
            {%- if column.data_type == 'text' and column.name not in source.meta.key and not column.meta.pii -%}
                {%- do attributes.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(attributes) }}
{%- endmacro %}

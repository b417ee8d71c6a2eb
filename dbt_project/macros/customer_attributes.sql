{% macro customer_attributes() -%} {{ return(attributes_of('customers')) }} {%- endmacro %}

{#- Columns of a table of raw_crm that can be segment types: text, neither key nor personal, and no reference to
    another table, which has as many values as that has rows. -#}
{% macro attributes_of(table) -%}
    {%- set attributes = [] -%}
    {%- for source in graph.get('sources', {}).values() if source.source_name == 'raw_crm' and source.name == table -%}
        {%- for column in source.columns.values() -%}
            {%- if column.data_type in ['string', 'text'] and column.name not in source.meta.key
                and not column.meta.pii and not column.meta.references -%}
                {%- do attributes.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(attributes) }}
{%- endmacro %}

{#- Attributes of the registry segment_types that no column of the contract and no model has: keys of
    `_extra`, if anything. -#}
{% macro extra_attributes() -%}
    select distinct attribute
    from {{ ref('segment_types') }}
    where
        applies_to = 'customer'
        and attribute not in (
            {{ quoted(customer_attributes() + var('segment_spans')) }}
        )
{%- endmacro %}

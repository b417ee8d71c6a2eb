{#- Statements that create the tables of fits which are not there yet, so that every model builds. -#}
{% macro create_missing_fits() -%}
    {%- set tables = graph.get('sources', {}).values() | selectattr('source_name', 'equalto', 'fits') -%}
    {%- for table in tables %}
    create schema if not exists {{ table.schema }};
    create table if not exists {{ table.schema }}.{{ table.name }} (
        {%- for column in table.columns.values() %}
        {{ column.name }} {{ column.data_type }}{{ ',' if not loop.last }}
        {%- endfor %}
    );
    {%- endfor %}
{%- endmacro %}

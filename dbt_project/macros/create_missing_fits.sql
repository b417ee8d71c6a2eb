{#- Statements that create the tables of fits which are not there yet, so that every model builds. Where
    one has other columns than its source names, it is of an earlier version, and all are created
    anew: the next fit fills them together. -#}
{% macro create_missing_fits() -%} {{ return(adapter.dispatch('create_missing_fits')()) }} {%- endmacro %}

{% macro default__create_missing_fits() -%}
    {%- set tables = graph.get('sources', {}).values() | selectattr('source_name', 'equalto', 'fits') | list -%}
    {%- set outdated = [] -%}
    {%- for table in tables if has_other_columns(table) -%}
        {%- do outdated.append(table) -%}
    {%- endfor -%}
    {%- for table in tables %}
    create schema if not exists {{ table.schema }};
    {%- if outdated %}
    drop table if exists {{ table.schema }}.{{ table.name }};
    {%- endif %}
    create table if not exists {{ table.schema }}.{{ table.name }} (
        {%- for column in table.columns.values() %}
        {{ column.name }} {{ column.data_type }}{{ ',' if not loop.last }}
        {%- endfor %}
    );
    {%- endfor %}
{%- endmacro %}

{#- Spark has them from the warehouse in DuckDB, where they are fitted. -#}
{% macro spark__create_missing_fits() -%} {%- endmacro %}

{#- Whether the table of a source is there, with other names of columns than the source's. Asked by
    run_query, which begins no transaction: what a hook then does in one dbt would roll back. -#}
{% macro has_other_columns(table) -%}
    {%- set query -%}
        select column_name
        from information_schema.columns
        where table_schema = '{{ table.schema }}' and table_name = '{{ table.name }}'
    {%- endset -%}
    {%- set found = run_query(query).columns[0].values() | list -%}
    {{ return(found and found | sort != table.columns.keys() | sort) }}
{%- endmacro %}

{#- Of each raw table the first instant in any of its columns that is not before `known_until`, a column of
    the relation `newest`. Tables and columns come from the contract, so that a new source needs no line here. -#}
{% macro first_instants_beyond(newest, known_until) -%}
    select cast(null as timestamp) as instant
    {%- for table in graph.get('sources', {}).values() | sort(attribute='unique_id') if table.schema.startswith('raw_') %}
    union all
    select
        least(
            cast(null as timestamp), -- for a table without any: Spark asks for two
            {%- for column in table.columns.values() if column.data_type in ['timestamp', 'date'] %}
            min(case when {{ adapter.quote(column.name) }} >= {{ newest }}.{{ known_until }} then cast({{ adapter.quote(column.name) }} as timestamp) end),
            {%- endfor %}
            min(case when _landing_date >= {{ newest }}.{{ known_until }} then cast(_landing_date as timestamp) end)
        ) as instant
    from {{ table.schema }}.{{ adapter.quote(table.name) }}
    cross join {{ newest }}
    {%- endfor %}
{%- endmacro %}

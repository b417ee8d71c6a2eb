{#- Statements that forget of the selected nodes that they stand, before any is built: whoever ran the
    command, only what was built after it and told so stands again (orchestration/building/standing.py). -#}
{% macro forget_what_is_built() -%} {{ return(adapter.dispatch('forget_what_is_built')()) }} {%- endmacro %}

{% macro default__forget_what_is_built() %}
    {{- create_what_is_built() }}
    {%- if selected_resources %}
    delete from ledger.built where unique_id in ('{{ selected_resources | join("', '") }}');
    {%- endif %}
{% endmacro %}

{#- The ledger is in DuckDB. -#}
{% macro spark__forget_what_is_built() -%} {%- endmacro %}

{#- Statements that create the ledger of what is built. -#}
{% macro create_what_is_built() %}
    create schema if not exists ledger;
    create table if not exists ledger.built (
        unique_id {{ dbt.type_string() }} not null,
        reads {{ dbt.type_string() }} not null,
        content {{ dbt.type_string() }},
        built_at timestamp not null
    );
{% endmacro %}

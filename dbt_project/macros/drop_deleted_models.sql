{#- Statements that drop the tables and views of models which were deleted or renamed, lest their last
    data be published for ever, and forget them, lest they be thought to stand once the model is back. -#}
{% macro drop_deleted_models() -%} {{ return(adapter.dispatch('drop_deleted_models')()) }} {%- endmacro %}

{% macro default__drop_deleted_models() -%}
    {%- set kept = [] -%}
    {%- for node in graph.get('nodes', {}).values() if node.resource_type in ['model', 'seed'] %}
        {%- do kept.append((node.schema, node.alias)) -%}
    {%- endfor %}
    {%- set schemas = kept | map(attribute=0) | list -%}
    {%- set found = run_query('select table_schema, table_name, table_type from information_schema.tables') -%}
    {%- for schema, name, type in found or [] if schema in schemas and (schema, name) not in kept %}
    drop {{ 'view' if type == 'VIEW' else 'table' }} if exists {{ schema }}.{{ adapter.quote(name) }};
    delete from ledger.built where split_part(unique_id, '.', 3) = '{{ name | replace("'", "''") }}';
    {%- endfor %}
{%- endmacro %}

{#- Nothing is published from Spark but what the project has. -#}
{% macro spark__drop_deleted_models() -%} {%- endmacro %}

{#- Statements that forget models which were deleted or renamed, lest they be thought to stand once they are back, and
    then drop their tables and views, lest their last data be published for ever. -#}
{% macro drop_deleted_models() -%} {{ return(adapter.dispatch('drop_deleted_models')()) }} {%- endmacro %}

{% macro default__drop_deleted_models() -%}
    {%- set nodes = graph.get('nodes', {}).values() | selectattr('resource_type', 'in', ['model', 'seed']) | list -%}
    {%- set kept = [] -%}
    {%- for node in nodes %}
        {%- do kept.append((node.schema, node.alias)) -%}
    {%- endfor %}
    {%- set schemas = kept | map(attribute=0) | list -%}
    {%- set found = run_query('select table_schema, table_name, table_type from information_schema.tables') -%}
    {%- if nodes %}
    delete from ledger.built
    where split_part(unique_id, '.', 1) in ('model', 'seed')
        and unique_id not in ('{{ nodes | map(attribute='unique_id') | join("', '") }}');
    {%- endif %}
    {%- for schema, name, type in found or [] if schema in schemas and (schema, name) not in kept %}
    drop {{ 'view' if type == 'VIEW' else 'table' }} if exists {{ schema }}.{{ adapter.quote(name) }};
    {%- endfor %}
{%- endmacro %}

{#- Nothing is published from Spark but what the project has. -#}
{% macro spark__drop_deleted_models() -%} {%- endmacro %}

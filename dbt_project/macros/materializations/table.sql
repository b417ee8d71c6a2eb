{#- As dbt's own, but in one statement; see view.sql. -#}
{% materialization table, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set built = make_intermediate_relation(target) if existing else target -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') %}
        {{- create_table_as(False, built, sql) }};
        {%- if existing %}
        drop {{ existing.type }} {{ existing }};
        alter table {{ built }} rename to {{ adapter.quote(target.identifier) }};
        {%- endif %}
    {%- endcall %}
    {%- do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

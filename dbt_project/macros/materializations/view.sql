{#- As dbt's own, but in one statement: dbt builds a view or table beside the old one, renames both and drops
    the old one, each by a macro with a context of its own, 14 % of a build's CPU. -#}
{% materialization view, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') %}
        {%- if existing %} drop {{ existing.type }} {{ existing }}; {% endif %}
        {{- get_create_view_as_sql(target, sql) }}
    {%- endcall %}
    {%- do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

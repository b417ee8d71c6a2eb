{#- What the hooks of a build do in the warehouse's file, where the models are built elsewhere: an operation. -#}
{% macro prepare_file() -%}
    {%- for statements in [forget_what_is_built(), create_missing_fits(), drop_deleted_models()] if statements.strip() -%}
        {%- do run_query(statements) -%}
    {%- endfor -%}
{%- endmacro %}

{#- What the hooks of a build do in the warehouse's file, where the models are built elsewhere: an operation. It forgets
    nothing that is built, as dbt has it know what an earlier command of the process selected. -#}
{% macro prepare_file() -%}
    {%- for statements in [create_what_is_built(), create_missing_fits(), drop_deleted_models()] if statements.strip() -%}
        {%- do run_query(statements) -%}
    {%- endfor -%}
{%- endmacro %}

{#- A number rounded to the decimals that readers see. -#}
{% macro rounded(expression) -%} round({{ expression }}, {{ var('score_decimals') }}) {%- endmacro %}

{#- A published score: null unless reportable, and rounded. -#}
{% macro score(expression, condition='is_reportable') -%}
    case when {{ condition }} then {{ rounded(expression) }} end
{%- endmacro %}

{#- Select list that rounds each number under its own name. -#}
{% macro roundings(columns) -%}
    {%- for column in columns -%}
        {{ rounded(column) }} as {{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

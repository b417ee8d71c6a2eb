{#- Select list that sums each measure under its own name. -#}
{% macro sums(relation, measures, as_type=none) -%}
    {%- for measure in measures -%}
        {%- set total = 'sum(' ~ relation ~ '.' ~ measure ~ ')' -%}
        {%- if as_type -%} cast({{ total }} as {{ as_type }}) {%- else -%} {{ total }} {%- endif %} as {{ measure }}
        {{- ', ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}

{#- Select list that sums each measure under its own name. -#}
{% macro sums(relation, measures, as_type=none) -%}
    {%- for measure in measures -%}
        {%- set total = 'sum(' ~ relation ~ '.' ~ measure ~ ')' -%}
        {%- if as_type -%} cast({{ total }} as {{ as_type }}) {%- else -%} {{ total }} {%- endif %} as {{ measure }}
        {{- ', ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}

{#- Sum of doubles, the same in any order: they are added as decimals, with room to 1e20. -#}
{% macro exact_sum(expression, over='') -%}
    cast(sum(cast({{ expression }} as decimal(38, 18))) {{ over }} as double)
{%- endmacro %}

{#- Variance of a sample by the sum of its n values and that of their squares. -#}
{% macro sample_variance(total, square_total, n) -%}
    greatest(
        cast({{ square_total }} as double) - cast({{ total }} as double) * cast({{ total }} as double) / {{ n }}, 0
    ) / nullif({{ n }} - 1, 0)
{%- endmacro %}

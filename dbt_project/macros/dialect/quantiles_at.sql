{#- Quantiles at fractions in [0, 1], interpolated between neighbours, as a list. -#}
{% macro quantiles_at(values, fractions) -%}
    quantile_cont({{ values }}, [{{ fractions | join(', ') }}])
{%- endmacro %}

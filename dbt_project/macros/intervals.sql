{#- Two-sided 95 % quantile of the standard normal distribution. -#}
{% macro z_95() -%} 1.959963984540054 {%- endmacro %}

{#- Wilson score interval of a proportion (Wilson 1927). bound: -1 low, 1 high. -#}
{% macro wilson(successes, n, bound) -%}
    (
        {{ successes }} + {{ z_95() }} * {{ z_95() }} / 2
        + {{ bound }} * {{ z_95() }} * sqrt(
            {{ successes }} * (1 - {{ successes }} / nullif(cast({{ n }} as double), 0))
            + {{ z_95() }} * {{ z_95() }} / 4
        )
    ) / nullif({{ n }} + {{ z_95() }} * {{ z_95() }}, 0)
{%- endmacro %}

{#- Null unless enough answers stand behind a score. -#}
{% macro if_reportable(expression, n) -%}
    case when {{ n }} >= {{ var('min_responses') }} then {{ expression }} end
{%- endmacro %}

{#- Two-sided 95 % quantile of the standard normal distribution. -#}
{% macro z_95() -%} cast(1.959963984540054 as double) {%- endmacro %}

{#- Wilson score interval of a proportion (Wilson 1927). -#}
{% macro wilson_low(successes, n) -%} greatest({{ wilson_bound(successes, n, '-') }}, 0) {%- endmacro %}

{% macro wilson_high(successes, n) -%} least({{ wilson_bound(successes, n, '+') }}, 1) {%- endmacro %}

{% macro wilson_bound(successes, n, sign) -%}
    (
        {{ successes }} + {{ z_95() }} * {{ z_95() }} / 2
        {{ sign }} {{ z_95() }} * sqrt(
            {{ successes }} * (1 - {{ successes }} / nullif(cast({{ n }} as double), 0))
            + {{ z_95() }} * {{ z_95() }} / 4
        )
    ) / nullif({{ n }} + {{ z_95() }} * {{ z_95() }}, 0)
{%- endmacro %}

{#- A published score: null unless reportable, and rounded so that the order of summation shows
    nowhere. -#}
{% macro score(expression, condition='is_reportable') -%}
    case when {{ condition }} then round({{ expression }}, {{ var('score_decimals') }}) end
{%- endmacro %}

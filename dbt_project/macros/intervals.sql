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

{#- Ends of the normal interval of a share, within [0, 1]. -#}
{% macro share_low(value, se) -%} greatest({{ value }} - {{ z_95() }} * {{ se }}, cast(0 as double)) {%- endmacro %}

{% macro share_high(value, se) -%} least({{ value }} + {{ z_95() }} * {{ se }}, cast(1 as double)) {%- endmacro %}

{#- Variance of a function of estimates by the delta method, g'Σg: g the columns with its derivatives
    by them, Σ the list of their covariances, row by row. -#}
{% macro delta_variance(gradient, covariance) -%}
    {%- set terms = [] -%}
    {%- for one in gradient -%}
        {%- set row = loop.index0 * (gradient | length) -%}
        {%- for other in gradient -%}
            {%- do terms.append(one ~ ' * ' ~ other ~ ' * ' ~ element_of(covariance, row + loop.index)) -%}
        {%- endfor -%}
    {%- endfor -%}
    ({{ terms | join(' + ') }})
{%- endmacro %}

{#- 95 % bound of a positive value whose logarithm is taken for normal, value × exp(±1.96 se ÷ value), at
    most × e^600: beyond, a double soon has no room. -#}
{% macro log_normal_bound(value, se, sign) -%}
    {%- set width = z_95() ~ ' * ' ~ se ~ ' / nullif(' ~ value ~ ', 0)' -%}
    {{ value }} * exp({{ sign }} case when {{ width }} > 600 then 600 else {{ width }} end)
{%- endmacro %}

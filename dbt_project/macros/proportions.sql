{#- Standard error of a proportion, √(p (1 − p) ÷ n). -#}
{% macro proportion_se(successes, n) -%}
    sqrt(
        cast({{ successes }} as double) / nullif({{ n }}, 0)
        * (1 - cast({{ successes }} as double) / nullif({{ n }}, 0)) / nullif({{ n }}, 0)
    )
{%- endmacro %}

{#- Standard error of a ratio of sums Σy ÷ Σx over n units, by linearisation (Cochran 1977, 6.4). -#}
{% macro ratio_se(sum_y, sum_x, sum_yy, sum_xy, sum_xx, n) -%}
    sqrt(
        greatest(
            {{ sum_yy }} - 2 * ({{ sum_y }} / nullif({{ sum_x }}, 0)) * {{ sum_xy }}
            + power({{ sum_y }} / nullif({{ sum_x }}, 0), 2) * {{ sum_xx }},
            0
        )
        * {{ n }} / nullif({{ n }} - 1, 0)
    ) / nullif({{ sum_x }}, 0)
{%- endmacro %}

{#- Number to order versions such as 2.0 and 10.1 by. -#}
{% macro version_order(version) -%}
    coalesce(try_cast({{ version }} as double), 0)
{%- endmacro %}

{#- Standard error of a proportion, √(p (1 − p) ÷ n). -#}
{% macro proportion_se(successes, n) -%}
    sqrt(
        cast({{ successes }} as double) / nullif({{ n }}, 0)
        * (1 - cast({{ successes }} as double) / nullif({{ n }}, 0)) / nullif({{ n }}, 0)
    )
{%- endmacro %}

{#- z of the difference of two independent proportions, with the pooled share in its error; null where
    both shares are 0 or both 1. -#}
{% macro two_proportion_z(successes, n, successes_before, n_before) -%}
    (
        cast({{ successes }} as double) / nullif({{ n }}, 0)
        - cast({{ successes_before }} as double) / nullif({{ n_before }}, 0)
    ) / nullif(
        {{ proportion_se(successes ~ ' + ' ~ successes_before, '(' ~ n ~ ' + ' ~ n_before ~ ')') }}
        * sqrt({{ n }} + {{ n_before }}) * sqrt(1e0 / nullif({{ n }}, 0) + 1e0 / nullif({{ n_before }}, 0)),
        0
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

{#- What a part is of a whole; 0 for no part, or none of nothing. A double, as decimals keep 6 places in Spark. -#}
{% macro share(part, whole) -%} coalesce(cast({{ part }} as double) / nullif({{ whole }}, 0), 0) {%- endmacro %}

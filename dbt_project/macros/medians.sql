{#- Quantiles of values, from the least to the largest: the median and, on either side, those at the
    distances of the var quantile_distances. One pass gives all. -#}
{% macro quantiles_about_median(values) -%}
    {%- set fractions = [] -%}
    {%- for distance in var('quantile_distances') | reverse %}
        {%- do fractions.append((0.5 - distance) | round(3)) -%}
    {%- endfor %}
    {%- do fractions.append(0.5) -%}
    {%- for distance in var('quantile_distances') %}
        {%- do fractions.append((0.5 + distance) | round(3)) -%}
    {%- endfor %}
    {{- quantiles_at(values, fractions) }}
{%- endmacro %}

{#- The quantile at a fraction above a half whose distance from the median is one of the var. -#}
{% macro quantile_above_median(quantiles, fraction) -%}
    {{ quantile_about_median(quantiles, var('quantile_distances').index((fraction - 0.5) | round(3)) + 1) }}
{%- endmacro %}

{#- The quantile at the n-th distance from the median; before it, where n is negative. -#}
{% macro quantile_about_median(quantiles, n=0) -%}
    {{ element_of(quantiles, (var('quantile_distances') | length) + 1 + n) }}
{%- endmacro %}

{#- Distance from the median, as a share of the values, of the order statistics that enclose it with
    95 %: ranks n ÷ 2 − 0.98 √n and 1 + n ÷ 2 + 0.98 √n (Campbell and Gardner 1988). -#}
{% macro median_ci_distance(n) -%}
    ({{ z_95() }} / 2 * sqrt({{ n }}) + 0.5) / nullif({{ n }} - 1, 0)
{%- endmacro %}

{#- Bound of the interval of a median, `side` -1 or 1: interpolated between its quantiles; an extreme
    value where so few values cannot enclose it with 95 %. -#}
{% macro median_ci_bound(quantiles, distance, side) -%}
    case
        {%- for outer in var('quantile_distances') %}
        {%- set inner = loop.previtem | default(0) %}
        {%- set near = quantile_about_median(quantiles, side * loop.index0) %}
        {%- set far = quantile_about_median(quantiles, side * loop.index) %}
        when {{ distance }} <= {{ outer }}
            then {{ near }} + ({{ far }} - {{ near }}) * ({{ distance }} - {{ inner }}) / {{ (outer - inner) | round(3) }}
        {%- endfor %}
        else {{ quantile_about_median(quantiles, side * (var('quantile_distances') | length)) }}
    end
{%- endmacro %}

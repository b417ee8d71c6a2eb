{#- Net promoter score, 100 × (share of promoters − share of detractors). -#}
{% macro nps_estimate(promoters, detractors, n) -%}
    100.0 * cast({{ promoters }} - ({{ detractors }}) as double) / nullif({{ n }}, 0)
{%- endmacro %}

{#- Standard error of the multinomial difference, 100 × √((p + d − (p − d)²) / n). -#}
{% macro nps_standard_error(promoters, detractors, n) -%}
    100.0 * sqrt(
        (
            cast({{ promoters }} + {{ detractors }} as double) / nullif({{ n }}, 0)
            - power(cast({{ promoters }} - ({{ detractors }}) as double) / nullif({{ n }}, 0), 2)
        ) / nullif({{ n }}, 0)
    )
{%- endmacro %}

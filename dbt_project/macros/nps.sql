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

{#- Adjusted Wald interval (Rocks 2016): ¾ promoter, ¾ detractor and 1½ passive are added. Counts may be
    fractions. -#}
{% macro nps_low(promoters, detractors, n) -%}
    greatest({{ nps_bound(promoters, detractors, n, '-') }}, -100)
{%- endmacro %}

{% macro nps_high(promoters, detractors, n) -%}
    least({{ nps_bound(promoters, detractors, n, '+') }}, 100)
{%- endmacro %}

{% macro nps_bound(promoters, detractors, n, sign) -%}
    {%- set added = [promoters ~ ' + 0.75', detractors ~ ' + 0.75', '(' ~ n ~ ' + 3)'] -%}
    {{ nps_estimate(*added) }} {{ sign }} {{ z_95() }} * {{ nps_standard_error(*added) }}
{%- endmacro %}

{#- Points of a scored answer by its band, of which a score is the mean: 100, 0 or −100 for NPS, else 1 or 0. -#}
{% macro answer_points(band, metric) -%}
    case
        when {{ band }} = 'positive' then case when {{ metric }} = 'nps' then 100 else 1 end
        when {{ band }} = 'negative' and {{ metric }} = 'nps' then -100
        else 0
    end
{%- endmacro %}

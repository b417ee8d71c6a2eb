{#- Standard normal quantiles of a two-sided test at 5 % and of a power of 80 %, together. -#}
{% macro z_80_power() -%} cast(2.801585218113 as double) {%- endmacro %}

{#- Answers for which the 95 % interval of an NPS is so wide each way: z²s² ÷ d² − 3, with s² of the adjusted shares (Lewis and
    Sauro). -#}
{% macro nps_answers_needed(promoters, detractors, n, half_width) -%}
    power(
        {{ z_95() }} * {{ nps_standard_error(promoters ~ ' + 0.75', detractors ~ ' + 0.75', '(' ~ n ~ ' + 3)') }}
        / {{ half_width }}, 2
    ) * ({{ n }} + 3) - 3
{%- endmacro %}

{#- Answers for which Wilson's 95 % interval of a share p is so wide each way:
    z² (pq + √(p²q² + 4h² (¼ − pq))) ÷ 2h² − z². -#}
{% macro wilson_answers_needed(share, half_width) -%}
    {%- set pq = share ~ ' * (1 - ' ~ share ~ ')' -%}
    {{ z_95() }} * {{ z_95() }} * (
        {{ pq }} + sqrt(power({{ pq }}, 2) + 4 * {{ half_width }} * {{ half_width }} * (0.25e0 - {{ pq }}))
    ) / (2 * {{ half_width }} * {{ half_width }}) - {{ z_95() }} * {{ z_95() }}
{%- endmacro %}

{#- The same where all of a base are so many, since who is asked is nobody of others (Krejcie and Morgan 1970). -#}
{% macro needed_of_base(needed, base) -%} ({{ needed }} / (1 + ({{ needed }} - 1) / {{ base }})) {%- endmacro %}

{#- Answers beyond those there are, whole ones; null where it is not known how many are needed. -#}
{% macro still_needed(needed, n) -%}
    case when {{ needed }} is not null then cast(greatest(-floor(-{{ needed }}) - {{ n }}, 0) as bigint) end
{%- endmacro %}

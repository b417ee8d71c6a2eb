{#- Columns of metric_values, from value to ci_high, for a share with its interval of Wilson; `value` where
    a column holds it already. -#}
{% macro share_measured(part, whole, value=none, condition='is_reportable') -%}
    {{ value or score('cast(' ~ part ~ ' as double) / ' ~ whole, condition) }} as value,
    cast({{ part }} as double) as numerator,
    cast({{ whole }} as double) as denominator,
    {{ score(proportion_se(part, whole), condition) }} as value_se,
    {{ score(wilson_low(part, whole), condition) }} as ci_low,
    {{ score(wilson_high(part, whole), condition) }} as ci_high
{%- endmacro %}

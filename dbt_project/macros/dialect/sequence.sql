{#- A sequence of Spark, which fails where it would end before it begins; none then. -#}
{% macro spark_sequence(first, last, step) -%}
    case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}, {{ step }}) end
{%- endmacro %}

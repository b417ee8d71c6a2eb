{#- Seconds from one instant to a later one, with fractions; negative when it is earlier. -#}
{% macro seconds_between(earlier, later) -%}
    cast(date_diff('microsecond', {{ earlier }}, {{ later }}) as double) / 1e6
{%- endmacro %}

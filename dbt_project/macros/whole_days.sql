{#- Whole days from one instant to another; below 0 where it is earlier. -#}
{% macro whole_days(earlier, later) -%}
    cast(floor({{ seconds_between(earlier, later) }} / 86400) as bigint)
{%- endmacro %}

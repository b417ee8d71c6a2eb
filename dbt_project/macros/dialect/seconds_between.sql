{#- Seconds from one instant to a later one, with fractions; negative when it is earlier. -#}
{% macro seconds_between(earlier, later) -%} {{ return(adapter.dispatch('seconds_between')(earlier, later)) }} {%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    cast(date_diff('microsecond', {{ earlier }}, {{ later }}) as double) / 1e6
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    cast(
        unix_micros(cast({{ later }} as timestamp)) - unix_micros(cast({{ earlier }} as timestamp)) as double
    ) / 1e6
{%- endmacro %}

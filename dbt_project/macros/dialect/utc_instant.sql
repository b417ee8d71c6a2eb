{#- Instant in UTC of a local day and time of day. A time that a clock change skips counts as if the
    clock had not been changed yet, one that it repeats as the later of the two. -#}
{% macro utc_instant(day, time_of_day, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, {{ day }} + {{ time_of_day }}))
{%- endmacro %}

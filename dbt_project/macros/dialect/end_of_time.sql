{#- Instant that stands for an end that is not known, later than any event. -#}
{% macro end_of_time() -%} timestamp 'infinity' {%- endmacro %}

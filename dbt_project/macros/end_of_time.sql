{#- Instant that stands for an end that is not known. -#}
{% macro end_of_time() -%} timestamp '9999-12-31' {%- endmacro %}

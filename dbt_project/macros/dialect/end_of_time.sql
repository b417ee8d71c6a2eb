{#- Instant that stands for an end that is not known, later than any event. -#}
{% macro end_of_time() -%} {{ return(adapter.dispatch('end_of_time')()) }} {%- endmacro %}

{% macro default__end_of_time() -%} timestamp 'infinity' {%- endmacro %}

{% macro spark__end_of_time() -%} timestamp_micros(9223372036854775807) {%- endmacro %}

{#- The last value that is known in a window, which follows: over (…). -#}
{% macro last_known(value) -%} {{ return(adapter.dispatch('last_known')(value)) }} {%- endmacro %}

{% macro default__last_known(value) -%} last_value({{ value }} ignore nulls) {%- endmacro %}

{% macro spark__last_known(value) -%} last_value({{ value }}) ignore nulls {%- endmacro %}

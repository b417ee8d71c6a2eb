{#- The last value that is known in a window, which follows: over (…). -#}
{% macro last_known(value) -%} last_value({{ value }} ignore nulls) {%- endmacro %}

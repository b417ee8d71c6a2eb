{% macro event_month(instant) -%} cast(date_trunc('month', {{ instant }}) as date) {%- endmacro %}

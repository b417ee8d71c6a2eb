{#- Weekday of a day, 1 Monday to 7 Sunday. -#}
{% macro iso_weekday(day) -%} isodow({{ day }}) {%- endmacro %}

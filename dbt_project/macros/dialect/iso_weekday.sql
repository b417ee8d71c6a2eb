{#- Weekday of a day, 1 Monday to 7 Sunday. -#}
{% macro iso_weekday(day) -%} {{ return(adapter.dispatch('iso_weekday')(day)) }} {%- endmacro %}

{% macro default__iso_weekday(day) -%} isodow({{ day }}) {%- endmacro %}

{% macro spark__iso_weekday(day) -%} weekday({{ day }}) + 1 {%- endmacro %}

{#- Element of a list, counted from 1. -#}
{% macro element_of(list, place) -%} list_extract({{ list }}, {{ place }}) {%- endmacro %}

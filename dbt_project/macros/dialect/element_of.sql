{#- Element of a list, counted from 1. -#}
{% macro element_of(list, place) -%} {{ return(adapter.dispatch('element_of')(list, place)) }} {%- endmacro %}

{% macro default__element_of(list, place) -%} list_extract({{ list }}, {{ place }}) {%- endmacro %}

{% macro spark__element_of(list, place) -%} try_element_at({{ list }}, {{ place }}) {%- endmacro %}

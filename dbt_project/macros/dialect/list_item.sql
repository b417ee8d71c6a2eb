{#- Item of a list, the first at position 1. -#}
{% macro list_item(list, position) -%} {{ list }}[{{ position }}] {%- endmacro %}

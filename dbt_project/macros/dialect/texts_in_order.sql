{#- The texts of a group as one, in an order. -#}
{% macro texts_in_order(text, separator, order) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

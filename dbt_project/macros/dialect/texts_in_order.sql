{#- The texts of a group as one, in an order. -#}
{% macro texts_in_order(text, separator, order) -%} {{ return(adapter.dispatch('texts_in_order')(text, separator, order)) }} {%- endmacro %}

{% macro default__texts_in_order(text, separator, order) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{% macro spark__texts_in_order(text, separator, order) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order }})
{%- endmacro %}

{#- Join condition: the validity span of the event's customer at the instant of the event. -#}
{% macro as_of_span(event, instant, spans) -%}
    {{ event }}.customer_id = {{ spans }}.customer_id
    and {{ instant }} >= {{ spans }}.valid_from
    and {{ instant }} < coalesce({{ spans }}.valid_to, {{ end_of_time() }})
{%- endmacro %}

{#- Start of a customer's first span: before the first version, the first version counts. -#}
{% macro beginning_of_time() -%} timestamp '0001-01-01' {%- endmacro %}

{#- Join condition: the validity span of the event's customer at the instant of the event. -#}
{% macro as_of_span(event, instant, spans) -%}
    {{ event }}.customer_id = {{ spans }}.customer_id
    and {{ instant }} >= {{ spans }}.valid_from
    and {{ instant }} < coalesce({{ spans }}.valid_to, timestamp '9999-12-31')
{%- endmacro %}

{#- Profile of events whose customer is unknown, or not in the CRM. -#}
{% macro unknown_profile() -%} 'unknown' {%- endmacro %}

{#- Join condition: the instant lies in the span. An end that is not known is end_of_time(), never null:
    `or valid_to is null` would make the join a nested loop. -#}
{% macro in_span(instant, span) -%}
    {{ instant }} >= {{ span }}.valid_from
    and {{ instant }} < {{ span }}.valid_to
{%- endmacro %}

{#- Join condition: the validity span of the event's customer at the instant of the event. -#}
{% macro as_of_span(event, instant, spans) -%}
    {{ event }}.customer_id = {{ spans }}.customer_id
    and {{ in_span(instant, spans) }}
{%- endmacro %}

{#- End of a span that lasts until the next of its history begins. -#}
{% macro until_next(begins_at, history) -%}
    coalesce(lead({{ begins_at }}) over {{ history }}, {{ end_of_time() }})
{%- endmacro %}

{#- Start of a customer's first span: before the first version, the first version counts. -#}
{% macro beginning_of_time() -%} timestamp '0001-01-01' {%- endmacro %}

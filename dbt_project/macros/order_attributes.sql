{#- Attributes that an answer has of the order it names, what was bought and whether it came in time, and the raw
    column without which no order tells them. -#}
{% macro order_attributes() -%}
    {{ return({
        'product_category': ('items', 'product_category'),
        'product_id': ('items', 'product_id'),
        'delivery': ('orders', 'delivered_at'),
    }) }}
{%- endmacro %}

{#- Whether any order tells such an attribute: where none does, it is no segment type. -#}
{% macro is_told_by_orders(name) -%}
    {%- set table, column = order_attributes()[name] -%}
    {%- set query -%}
        select count(*) from (
            select 1 from raw_orders.{{ table }} where {{ column }} is not null limit 1
        ) as found
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] > 0) }}
{%- endmacro %}

{#- Join of the order, called `ordered`, that an answer names, or else its ticket: a helpdesk may land an order_id
    beyond the contract. -#}
{% macro with_named_order(answers) -%}
    {%- set order = answers ~ '.order_id' -%}
    {%- if not execute or has_landed('fct_tickets', 'order_id') %}
    left join {{ ref('stg_tickets__tickets') }} as named_ticket on {{ answers }}.ticket_id = named_ticket.ticket_id
    {%- set order = 'coalesce(' ~ order ~ ', ' ~ extra_value('named_ticket', 'order_id') ~ ')' -%}
    {%- endif %}
    left join {{ ref('int_orders_described') }} as ordered on {{ order }} = ordered.order_id
{%- endmacro %}

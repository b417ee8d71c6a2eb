{#- Segment types of customers, as of an event. -#}
{% macro customer_segment_types() -%} {{ return(registered_segment_types('segment_type', 'customer')) }} {%- endmacro %}

{#- Column that holds the customer's segment of a type. -#}
{% macro customer_column(segment_type) -%} {{ adapter.quote('customer_' ~ segment_type | replace('"', '""')) }} {%- endmacro %}

{#- The customer's segment of a type, as a column, by the two profiles joined as crm and as behaviour. -#}
{% macro customer_segment(segment_type) -%}
    {%- set column = customer_column(segment_type) -%}
    coalesce(crm.{{ column }}, behaviour.{{ column }}) as {{ column }}
{%- endmacro %}

{#- The joins of int_profile_columns that customer_segment() needs. -#}
{% macro joined_profiles(events) -%}
    left join {{ ref('int_profile_columns') }} as crm on {{ events }}.segment_profile_id = crm.profile_id
    left join {{ ref('int_profile_columns') }} as behaviour on {{ events }}.behaviour_profile_id = behaviour.profile_id
{%- endmacro %}

{#- Statements that say of a view's customer columns what they are; the view itself names none of them. -#}
{% macro describe_customer_columns() -%} {{ return(adapter.dispatch('describe_customer_columns')()) }} {%- endmacro %}

{% macro default__describe_customer_columns() -%}
    {%- set names = (adapter.get_columns_in_relation(this) if execute else []) | map(attribute='name') | list -%}
    {%- for segment_type in customer_segment_types() if 'customer_' ~ segment_type in names %}
    comment on column {{ this }}.{{ customer_column(segment_type) }}
    is 'Segment of the customer in {{ dbt.escape_single_quotes(segment_type) }} at the instant of the row.';
    {%- endfor %}
{%- endmacro %}

{#- Spark describes columns of a view as it is created, and no later. -#}
{% macro spark__describe_customer_columns() -%} {%- endmacro %}

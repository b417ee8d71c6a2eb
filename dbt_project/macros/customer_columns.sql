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
    {%- for segment_type in customer_segment_types_of(this) %}
    comment on column {{ this }}.{{ customer_column(segment_type) }} is '{{ customer_column_description(segment_type) }}';
    {%- endfor %}
{%- endmacro %}

{#- Said at once, as Spark takes a statement at a time. -#}
{% macro spark__describe_customer_columns() -%}
    {%- for segment_type in customer_segment_types_of(this) -%}
        {%- do run_query(
            'alter table ' ~ this ~ ' alter column ' ~ customer_column(segment_type)
            ~ " comment '" ~ customer_column_description(segment_type) ~ "'"
        ) -%}
    {%- endfor -%}
{%- endmacro %}

{#- Segment types of customers of which a relation has a column. -#}
{% macro customer_segment_types_of(relation) -%}
    {%- set names = (adapter.get_columns_in_relation(relation) if execute else []) | map(attribute='name') | list -%}
    {%- set found = [] -%}
    {%- for segment_type in customer_segment_types() if 'customer_' ~ segment_type in names -%}
        {%- do found.append(segment_type) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro customer_column_description(segment_type) -%}
    Segment of the customer in {{ dbt.escape_single_quotes(segment_type) }} at the instant of the row.
{%- endmacro %}

{#- Segment types of customers, as of an event. dbt's unit tests have no graph, and none. -#}
{% macro customer_segment_types() -%}
    {%- set registry = load_relation(ref('segment_types')) if execute and graph.get('nodes') -%}
    {%- if not execute -%}{%- do ref('segment_types') -%}{%- endif -%}
    {%- if not registry -%}{{ return([]) }}{%- endif -%}
    {%- set query -%}
        select segment_type
        from {{ registry }}
        where applies_to = 'customer'
        order by segment_type
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- Column that holds the customer's segment of a type. -#}
{% macro customer_column(segment_type) -%} {{ adapter.quote('customer_' ~ segment_type | replace('"', '""')) }} {%- endmacro %}

{#- Select list of the customer's segments as of an event, each after a comma, by its two profiles joined with int_profile_columns
    as crm and as behaviour. -#}
{% macro customer_columns() -%}
    {%- for segment_type in customer_segment_types() -%}
        ,
        coalesce(crm.{{ customer_column(segment_type) }}, behaviour.{{ customer_column(segment_type) }})
            as {{ customer_column(segment_type) }}
    {%- endfor -%}
{%- endmacro %}

{#- The joins that customer_columns() needs. -#}
{% macro joined_profiles(events) -%}
    left join {{ ref('int_profile_columns') }} as crm on {{ events }}.segment_profile_id = crm.profile_id
    left join {{ ref('int_profile_columns') }} as behaviour on {{ events }}.behaviour_profile_id = behaviour.profile_id
{%- endmacro %}

{#- Statements that say of a view's customer columns what they are; the view itself names none of them. -#}
{% macro describe_customer_columns() -%}
    {%- set names = (adapter.get_columns_in_relation(this) if execute else []) | map(attribute='name') | list -%}
    {%- for segment_type in customer_segment_types() if 'customer_' ~ segment_type in names %}
    comment on column {{ this }}.{{ customer_column(segment_type) }}
    is 'Segment of the customer in {{ dbt.escape_single_quotes(segment_type) }} at the instant of the row.';
    {%- endfor %}
{%- endmacro %}

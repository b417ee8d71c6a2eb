{{ config(materialized='table') }}

{%- set attributes = var('segment_spans') %}

with changes as (
    select
        customer_id,
        {{ beginning_of_time() }} as valid_from,
        {%- for attribute in attributes %}
        cast(null as string) as {{ attribute }},
        {%- endfor %}
        cast(null as string) as segment_profile_id
    from {{ ref('int_customers_seen') }}
    union all
    select
        customer_id,
        valid_from,
        {%- for attribute in attributes %}
        null,
        {%- endfor %}
        segment_profile_id
    from {{ ref('int_customer_spans') }}
    {%- for own in attributes %}
    union all
    select
        customer_id,
        valid_from,
        {%- for attribute in attributes %}
        {{ attribute if attribute == own else 'null' }},
        {%- endfor %}
        null
    from {{ ref('int_' ~ own ~ '_spans') }}
    {%- endfor %}
),

instants as (
    select
        customer_id,
        valid_from,
        {%- for attribute in attributes %}
        max({{ attribute }}) as {{ attribute }},
        {%- endfor %}
        max(segment_profile_id) as segment_profile_id
    from changes
    group by customer_id, valid_from
),

held as (
    select
        customer_id,
        {%- for attribute in attributes %}
        coalesce({{ last_known(attribute) }} over so_far, 'unknown') as {{ attribute }},
        {%- endfor %}
        coalesce({{ last_known('segment_profile_id') }} over so_far, {{ unknown_profile() }})
            as segment_profile_id,
        valid_from,
        lead(valid_from) over history is null as is_current,
        {{ until_next('valid_from', 'history') }} as valid_to
    from instants
    window
        history as (partition by customer_id order by valid_from),
        so_far as (
            partition by customer_id order by valid_from
            rows between unbounded preceding and current row
        )
),

spans as (
    select
        *,
        {{ profile_id(attributes) }} as behaviour_profile_id
    from held
)

select * from spans

{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('stg_crm__customer_versions') }}
    where exclusion_reason is null
),

filled as (
    select
        customer_id,
        {%- for attribute in customer_attributes() %}
        coalesce(nullif(trim({{ attribute }}), ''), 'unknown') as {{ attribute }},
        {%- endfor %}
        updated_at
    from versions
),

profiled as (
    select
        *,
        {{ profile_id(customer_attributes()) }} as segment_profile_id,
        lag(updated_at) over customer_history as previous_updated_at,
        lead(updated_at) over customer_history as next_updated_at
    from filled
    window customer_history as (partition by customer_id order by updated_at)
),

spans as (
    select
        customer_id,
        segment_profile_id,
        {%- for attribute in customer_attributes() %}
        {{ attribute }},
        {%- endfor %}
        next_updated_at is null as is_current,
        case when previous_updated_at is null then {{ beginning_of_time() }} else updated_at end
            as valid_from,
        next_updated_at as valid_to
    from profiled
)

select * from spans

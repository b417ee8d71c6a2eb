{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('stg_crm__customer_versions') }}
    where exclusion_reason is null
),

extra_attributes as (
    {{ extra_attributes() | indent }}
),

extra_values as (
    select
        versions.customer_id,
        versions.updated_at,
        extra_attributes.attribute,
        nullif(trim({{ json_text_of('versions._extra', 'extra_attributes.attribute') }}), '') as segment
    from versions
    cross join extra_attributes
),

extras as (
    select
        customer_id,
        updated_at,
        {{ json_object_of('attribute', 'segment') }} as extra_attributes
    from extra_values
    where segment is not null
    group by customer_id, updated_at
),

filled as (
    select
        versions.customer_id,
        {%- for attribute in customer_attributes() %}
        coalesce(nullif(trim(versions.{{ attribute }}), ''), 'unknown') as {{ attribute }},
        {%- endfor %}
        coalesce(extras.extra_attributes, '') as extra_attributes,
        {{ account_named('versions.account_id') }} as account_id,
        versions.updated_at
    from versions
    left join extras
        on versions.customer_id = extras.customer_id and versions.updated_at = extras.updated_at
),

profiled as (
    select
        *,
        {{ profile_id(customer_attributes(), 'extra_attributes') }} as segment_profile_id,
        lag(updated_at) over customer_history as previous_updated_at,
        lead(updated_at) over customer_history is null as is_current,
        {{ until_next('updated_at', 'customer_history') }} as valid_to
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
        extra_attributes,
        account_id,
        is_current,
        case when previous_updated_at is null then {{ beginning_of_time() }} else updated_at end
            as valid_from,
        valid_to
    from profiled
)

select * from spans

{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('stg_crm__account_versions') }}
    where exclusion_reason is null
),

filled as (
    select
        account_id,
        {%- for attribute in account_attributes() %}
        coalesce(nullif(trim({{ attribute }}), ''), 'unknown') as {{ attribute }},
        {%- endfor %}
        case when coalesce(is_deleted, false) then {{ account_named('parent_account_id') }} end
            as merged_into,
        updated_at
    from versions
),

spans as (
    select
        account_id,
        {{ profile_id(account_attributes()) if account_attributes() else unknown_account() }}
            as account_profile_id,
        {%- for attribute in account_attributes() %}
        {{ attribute }},
        {%- endfor %}
        merged_into,
        case
            when lag(updated_at) over account_history is null then {{ beginning_of_time() }} else updated_at
        end as valid_from,
        {{ until_next('updated_at', 'account_history') }} as valid_to
    from filled
    window account_history as (partition by account_id order by updated_at)
)

select * from spans

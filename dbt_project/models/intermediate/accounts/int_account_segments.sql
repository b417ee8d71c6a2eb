with spans as (
    select * from {{ ref('int_account_spans') }}
),

profiles as (
    {%- for attribute in account_attributes() %}
    select distinct account_profile_id as profile_id, '{{ attribute }}' as attribute, {{ attribute }} as segment
    from spans
    union all
    select {{ unknown_account() }} as profile_id, '{{ attribute }}' as attribute, 'unknown' as segment
    union all
    {%- endfor %}
    select
        cast(null as string) as profile_id,
        cast(null as string) as attribute,
        cast(null as string) as segment
    from spans
    where false
),

segments as (
    select profile_id, segment_type, segment from {{ ref('int_profile_segments') }}
    union all
    select profiles.profile_id, types.segment_type, profiles.segment
    from profiles
    inner join {{ ref('segment_types') }} as types
        on types.applies_to = 'account' and profiles.attribute = types.attribute
)

select * from segments

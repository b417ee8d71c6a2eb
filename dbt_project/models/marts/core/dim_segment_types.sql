with registry as (
    select * from {{ ref('segment_types') }}
),

segment_types as (
    select
        segment_type,
        label,
        applies_to,
        false as is_current,
        is_shown,
        attribute in ({{ quoted(var('survival_attributes')) }}) as is_by_survival
    from registry
    union all
    select
        concat(segment_type, '_current') as segment_type,
        concat(label, ' (current)') as label,
        applies_to,
        true as is_current,
        false as is_shown,
        attribute in ({{ quoted(var('survival_attributes')) }}) as is_by_survival
    from registry
    where applies_to = 'customer'
)

select * from segment_types

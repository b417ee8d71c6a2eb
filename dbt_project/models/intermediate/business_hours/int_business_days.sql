with instants as (
    select created_at as instant from {{ ref('stg_tickets__tickets') }} where exclusion_reason is null
    union all
    select first_replied_at from {{ ref('stg_tickets__tickets') }} where exclusion_reason is null
    union all
    select solved_at from {{ ref('stg_tickets__tickets') }} where exclusion_reason is null
    union all
    select occurred_at from {{ ref('stg_tickets__events') }} where exclusion_reason is null
),

-- Two days more at both ends: a local day may begin a day before the same day in UTC or after it,
-- and a night's hours begin on the day before.
bounds as (
    select
        {{ dbt.dateadd('day', -2, 'min(instant)') }} as first_instant,
        {{ dbt.dateadd('day', 2, 'max(instant)') }} as last_instant
    from instants
),

days as (
    select {{ day_series('cast(first_instant as date)', 'cast(last_instant as date)') }} as business_day
    from bounds
)

select * from days

{{ config(materialized='table') }}

with instants as (
    select created_at as instant from {{ ref('fct_tickets') }} where exclusion_reason is null
    union all
    select first_reply_at from {{ ref('fct_tickets') }} where exclusion_reason is null
    union all
    select fully_resolved_at from {{ ref('fct_tickets') }} where exclusion_reason is null
    union all
    select occurred_at from {{ ref('stg_tickets__events') }} where exclusion_reason is null
),

horizon as (
    select
        min(instant) as known_from,
        max(instant) as known_until
    from instants
)

select * from horizon

{{ config(materialized='table') }}

with spans as (
    select profiles.*
    from {{ ref('int_profile_spans') }} as profiles
    inner join {{ ref('ticket_horizon') }} as horizon on profiles.valid_from <= horizon.known_until
    where lifecycle in ({{ quoted(var('customer_lifecycles')) }})
),

profiled as (
    {{ in_each_profile('spans') | indent }}
),

marked as (
    select
        customer_id,
        profile_id,
        valid_from,
        valid_to,
        coalesce(lag(valid_to) over history < valid_from, true) as comes,
        coalesce(lead(valid_from) over history > valid_to, true) as goes
    from profiled
    window history as (partition by customer_id, profile_id order by valid_from)
)

select * from marked
where comes or goes

{{ config(materialized='table') }}

with horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

outcomes as (
    select * from {{ ref('stg_experiments__outcomes') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

events as (
    select 'answers' as source, max(responded_at) as known_until from {{ ref('fct_survey_responses') }}
    where is_scored
    union all
    select 'orders', max(ordered_at) from {{ ref('fct_orders') }}
    where is_counted
    union all
    select 'tickets', max(created_at) from {{ ref('fct_tickets') }}
    where exclusion_reason is null
    union all
    select 'sessions', max(started_at) from {{ ref('fct_sessions') }}
    where not is_bot
    union all
    select 'subscriptions', {{ dbt.dateadd('day', 1, 'cast(known_until as timestamp)') }} from horizon
),

observed as (
    select max({{ plausible('outcomes.observed_at') }}) as known_until
    from outcomes
    cross join clock
),

reach as (
    select source, known_until from events
    union all
    -- Who has no outcome when all else is known has none.
    select 'outcomes', greatest(max(events.known_until), max(observed.known_until))
    from events
    cross join observed
)

select * from reach

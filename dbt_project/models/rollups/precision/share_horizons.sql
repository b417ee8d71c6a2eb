-- Months of subscriptions are there once they are over.
with months as (
    select cast(known_until as date) as newest_on from {{ ref('int_subscription_horizon') }}
),

contacts as (
    select created_at as occurred_at from {{ ref('fct_tickets') }} where exclusion_reason is null
    union all
    select queued_at from {{ ref('fct_calls') }} where exclusion_reason is null
),

sessions as (
    select started_at from {{ ref('fct_sessions') }} where not is_bot
),

days as (
    select 'customers_of_months' as relation, newest_on from months
    union all
    select 'trials_of_months', newest_on from months
    union all
    select 'support_scores', cast(max(occurred_at) as date) from contacts
    union all
    select 'web_scores', cast(max(started_at) as date) from sessions
)

select * from days

{{ config(materialized='table') }}

with of_employees as (
    select instrument_id from {{ ref('int_survey_instruments') }}
    where audience = 'employee'
),

seen as (
    select customer_id, updated_at as seen_at from {{ ref('stg_crm__customer_versions') }}
    union all
    select customer_id, started_at from {{ ref('stg_crm__subscriptions') }}
    union all
    select customer_id, responded_at from {{ ref('stg_survey__responses') }}
    where instrument_id not in (select of_employees.instrument_id from of_employees)
    union all
    select customer_id, sent_at from {{ ref('stg_survey__invitations') }}
    where instrument_id not in (select of_employees.instrument_id from of_employees)
    union all
    select customer_id, created_at from {{ ref('stg_tickets__tickets') }}
    union all
    select customer_id, queued_at from {{ ref('stg_tickets__calls') }}
    union all
    select customer_id, ordered_at from {{ ref('stg_orders__orders') }}
    union all
    select customer_id, occurred_at from {{ ref('stg_web__events') }}
    union all
    select customer_id, published_at from {{ ref('stg_voice__reviews') }}
    union all
    select customer_id, posted_at from {{ ref('stg_voice__mentions') }}
    union all
    select customer_id, posted_at from {{ ref('stg_voice__posts') }}
    union all
    select customer_id, recorded_at from {{ ref('stg_voice__notes') }}
    union all
    select customer_id, assigned_at from {{ ref('stg_experiments__assignments') }}
    union all
    select customer_id, observed_at from {{ ref('stg_experiments__outcomes') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

customers as (
    select
        customer_id,
        min({{ plausible('seen_at') }}) as first_seen_at,
        max({{ plausible('seen_at') }}) as last_seen_at
    from seen
    cross join clock
    where customer_id is not null
    group by customer_id
)

select * from customers

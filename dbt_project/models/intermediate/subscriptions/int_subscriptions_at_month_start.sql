{{ config(materialized='table') }}

with spans as (
    select * from {{ ref('int_subscription_spans') }}
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

earliest as (
    select {{ event_month('min(valid_from)') }} as first_month from spans
),

months as (
    select {{ month_series('earliest.first_month', 'horizon.first_open_month') }} as month_start
    from earliest
    cross join horizon
),

running as (
    select
        spans.subscription_id,
        spans.customer_id,
        months.month_start,
        spans.mrr,
        spans.mrr_reporting,
        spans.term_started_at,
        spans.subscription_ended_at
    from months
    inner join spans on {{ in_span('months.month_start', 'spans') }}
)

select * from running

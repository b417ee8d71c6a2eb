{{ config(materialized='table') }}

with spans as (
    select * from {{ ref('int_subscription_spans') }}
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

months as (
    select
        spans.*,
        {{ month_series(
            event_month('spans.valid_from'), 'cast(least(spans.valid_to, horizon.first_open_month) as date)'
        ) }} as month_start
    from spans
    cross join horizon
),

running as (
    select
        subscription_id,
        customer_id,
        account_id,
        month_start,
        mrr,
        mrr_reporting,
        term_started_at,
        subscription_ended_at
    from months
    where {{ in_span('month_start', 'months') }}
)

select * from running

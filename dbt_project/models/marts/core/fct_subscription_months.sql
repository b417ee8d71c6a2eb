{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('int_subscription_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('int_subscription_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

movements as (
    select * from {{ ref('int_subscription_movements') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

built as (
    select
        movements.month_start,
        movements.customer_id,
        {{ profiles_as_of('spans') }},
        movements.is_active_start,
        movements.is_new,
        movements.is_reactivated,
        movements.is_churned,
        movements.is_involuntary,
        movements.cancel_reason,
        movements.mrr_start,
        movements.mrr_new,
        movements.mrr_reactivated,
        {{ casts(['mrr_expansion', 'mrr_contraction'], 'decimal(18, 2)') }},
        movements.mrr_churned,
        movements.mrr_end,
        movements.terms_due,
        movements.terms_renewed,
        movements.month_start as event_month,
        stale_months.input_fingerprint
    from movements
    inner join stale_months on movements.month_start = stale_months.event_month
    left join spans on {{ as_of_span('movements', 'movements.month_start', 'spans') }}
)

select * from built
-- Months of a customer stand together: half the time for joins and distinct counts of customers.
order by customer_id, month_start

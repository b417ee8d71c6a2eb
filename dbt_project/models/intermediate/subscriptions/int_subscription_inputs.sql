{{ config(materialized='table') }}

with movements as (
    select * from {{ ref('int_subscription_movements') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

inputs as (
    select
        movements.month_start as event_month,
        {{ row_hash([
            'movements.customer_id',
            'movements.is_new',
            'movements.is_reactivated',
            'movements.is_churned',
            'movements.is_involuntary',
            'movements.cancel_reason',
            'movements.mrr_start',
            'movements.mrr_end',
            'movements.terms_due',
            'movements.terms_renewed',
            'spans.segment_profile_id',
            'spans.behaviour_profile_id',
        ]) }} as input_hash
    from movements
    left join spans on {{ as_of_span('movements', 'movements.month_start', 'spans') }}
),

by_month as (
    select event_month, {{ sum_of_hashes('input_hash') }} as input_hash
    from inputs
    group by event_month
)

select * from by_month

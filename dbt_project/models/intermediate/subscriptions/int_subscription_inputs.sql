{{ config(materialized='table') }}

with movements as (
    select * from {{ ref('int_subscription_movements') }}
),

histories as (
    select * from {{ ref('int_customer_histories') }}
),

inputs as (
    select
        movements.month_start as event_month,
        {{ row_hash([
            'movements.customer_id',
            'movements.is_new',
            'movements.is_reactivated',
            'movements.is_churned',
            'movements.mrr_start',
            'movements.mrr_end',
            'movements.terms_due',
            'movements.terms_renewed',
            'histories.history_hash',
        ]) }} as input_hash
    from movements
    left join histories on movements.customer_id = histories.customer_id
),

by_month as (
    select event_month, sum(input_hash) as input_hash
    from inputs
    group by event_month
)

select * from by_month

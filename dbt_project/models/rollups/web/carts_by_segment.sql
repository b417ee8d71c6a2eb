{{ config(materialized='table') }}

with carts as (
    select
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        cast(status in ('bought', 'recovered', 'abandoned') as int) as carts,
        cast(status in ('recovered', 'abandoned') as int) as carts_abandoned,
        cast(status in ('recovered', 'abandoned') and is_recovery_known as int) as carts_recoverable,
        cast(status = 'recovered' and is_recovery_known as int) as carts_recovered,
        cast(status = 'pending' as int) as carts_pending,
        cast(started_at as date) as event_date
    from {{ ref('fct_carts') }}
    where not is_bot
),

{%- set measures = ['carts', 'carts_abandoned', 'carts_recoverable', 'carts_recovered', 'carts_pending'] %}

rolled_up as (
    {{ by_period_and_segment('carts', [], sums_of(measures)) | indent }}
)

select * from rolled_up

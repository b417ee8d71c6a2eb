{{ config(materialized='table') }}

with responses as (
    select * from {{ ref('stg_survey__responses') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
),

histories as (
    select * from {{ ref('int_customer_histories') }}
),

inputs as (
    select
        {{ event_month('responses.responded_at') }} as event_month,
        {{ row_hash(['responses._row_hash', 'histories.history_hash', 'instruments.instrument_hash']) }}
            as input_hash
    from responses
    left join instruments on responses.instrument_id = instruments.instrument_id
    left join histories on responses.customer_id = histories.customer_id
),

by_month as (
    select event_month, sum(input_hash) as input_hash
    from inputs
    group by event_month
)

select * from by_month

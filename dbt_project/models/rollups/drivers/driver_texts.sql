{{ config(materialized='table') }}

with outcomes as (
    select * from {{ ref('driver_outcomes') }}
),

texts as (
    select * from {{ ref('int_texts') }}
    where not is_repeat
),

before as (
    select
        outcomes.outcome,
        outcomes.unit_id,
        texts.text_hash
    from outcomes
    inner join texts
        on outcomes.customer_id = texts.customer_id
        and outcomes.happened_at > texts.happened_at
        and outcomes.happened_at - interval '{{ var("driver_days") }}' day <= texts.happened_at
    -- A comment shares the mood of its answer, and with it that of the next.
    where outcomes.outcome = 'staying' or texts.text_source <> 'answer'
)

select * from before

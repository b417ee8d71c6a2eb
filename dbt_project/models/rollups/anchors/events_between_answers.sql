{{ config(materialized='table') }}

with pairs as (
    select * from {{ ref('answer_pairs') }}
),

events as (
    select distinct anchor, customer_id, anchored_at from {{ ref('anchor_windows') }}
),

asked as (
    select distinct customer_id, instrument_id from pairs
),

-- One pass over a customer's days: of the answers and events of a few there may be a million each.
in_order as (
    select
        customer_id,
        instrument_id,
        cast(null as string) as anchor,
        first_at as happened_at,
        true as is_answer,
        pair_id
    from pairs
    union all
    select
        events.customer_id,
        asked.instrument_id,
        events.anchor,
        events.anchored_at as happened_at,
        false as is_answer,
        cast(null as string) as pair_id
    from events
    inner join asked on events.customer_id = asked.customer_id
),

begun as (
    select
        anchor,
        customer_id,
        happened_at as anchored_at,
        is_answer,
        {{ last_known('pair_id') }} over (
            partition by customer_id, instrument_id order by happened_at, is_answer, pair_id
            rows between unbounded preceding and current row
        ) as pair_id
    from in_order
),

between_answers as (
    select
        begun.pair_id,
        begun.anchor,
        begun.customer_id,
        begun.anchored_at
    from begun
    inner join pairs on begun.pair_id = pairs.pair_id and begun.anchored_at < pairs.second_at
    where not begun.is_answer
)

select * from between_answers

{{ config(materialized='table') }}

with pairs as (
    select * from {{ ref('answer_pairs') }}
),

events as (
    select distinct anchor, customer_id, anchored_at from {{ ref('anchor_windows') }}
),

anchors as (
    select distinct anchor from events
),

-- As in events_between_answers, one pass over a customer's days.
in_order as (
    select
        pairs.customer_id,
        anchors.anchor,
        pairs.second_at as happened_at,
        true as is_answer,
        pairs.pair_id,
        cast(null as timestamp) as anchored_at
    from pairs
    cross join anchors
    union all
    select
        customer_id,
        anchor,
        anchored_at as happened_at,
        false as is_answer,
        cast(null as string) as pair_id,
        anchored_at
    from events
),

latest as (
    select
        pair_id,
        anchor,
        is_answer,
        max(anchored_at) over (
            partition by customer_id, anchor order by happened_at, is_answer
            rows between unbounded preceding and current row
        ) as anchored_at
    from in_order
),

before_answers as (
    select pair_id, anchor, anchored_at
    from latest
    where is_answer and anchored_at is not null
)

select * from before_answers

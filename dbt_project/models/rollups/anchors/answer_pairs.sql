{{ config(materialized='table') }}

with answers as (
    select
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        metric,
        score,
        {{ answer_points('answer_band', 'metric') | indent(8) }} as points,
        responded_at,
        event_month,
        instrument_id,
        response_id
    from {{ ref('fct_survey_responses') }}
    where
        is_scored and metric in ('nps', 'csat')
        and ticket_id is null and order_id is null and customer_id is not null
),

followed as (
    select
        *,
        lead(responded_at) over history as next_responded_at,
        lead(points) over history as next_points
    from answers
    window history as (partition by customer_id, instrument_id order by responded_at, response_id)
),

pairs as (
    select
        response_id as pair_id,
        customer_id,
        instrument_id,
        segment_profile_id,
        behaviour_profile_id,
        metric,
        score as first_score,
        event_month as first_month,
        responded_at as first_at,
        points as points_before,
        next_responded_at as second_at,
        next_points as points_after
    from followed
    where next_responded_at is not null
)

select * from pairs

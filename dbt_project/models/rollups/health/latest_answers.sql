{{ config(materialized='table') }}

with dates as (
    select * from {{ ref('health_dates') }}
),

answers as (
    select
        *,
        {{ until_next('responded_at', 'history') }} as followed_at
    from {{ ref('fct_survey_responses') }}
    where is_scored and customer_id is not null and metric in ('nps', 'csat', 'ces')
    window history as (partition by customer_id, metric order by responded_at, response_id)
),

latest as (
    select
        dates.as_of,
        answers.customer_id,
        answers.segment_profile_id,
        answers.behaviour_profile_id,
        answers.metric,
        answers.instrument_version,
        answers.response_id,
        answers.score,
        answers.answer_band as band,
        answers.band as band_in_words,
        answers.responded_at
    from answers
    inner join dates on answers.responded_at < dates.as_of and answers.followed_at >= dates.as_of
)

select * from latest

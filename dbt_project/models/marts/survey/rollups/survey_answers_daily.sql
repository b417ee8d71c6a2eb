{{ config(materialized='table') }}

with responses as (
    select * from {{ ref('fct_survey_responses') }}
),

daily as (
    select
        responded_date as event_date,
        metric,
        instrument_version,
        segment_profile_id,
        touchpoint,
        channel,
        count(*) as responses,
        count(*) filter (where band = 'positive') as positives,
        count(*) filter (where band = 'passive') as passives,
        count(*) filter (where band = 'negative') as negatives,
        sum(cast(score as double)) as score_sum,
        sum(cast(score as double) * cast(score as double)) as score_square_sum
    from responses
    where is_scored
    group by all
)

select * from daily

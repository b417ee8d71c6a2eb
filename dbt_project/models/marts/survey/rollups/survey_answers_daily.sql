{{ config(materialized='table') }}

with responses as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored
),

profiled as (
    {{ in_each_profile('responses', event_attributes=['touchpoint', 'channel']) | indent }}
),

daily as (
    select
        responded_date as event_date,
        metric,
        instrument_version,
        profile_id,
        count(*) as responses,
        count(*) filter (where band = 'positive') as positives,
        count(*) filter (where band = 'passive') as passives,
        count(*) filter (where band = 'negative') as negatives,
        sum(cast(score as double)) as score_sum,
        sum(cast(score as double) * cast(score as double)) as score_square_sum
    from profiled
    group by all
)

select * from daily

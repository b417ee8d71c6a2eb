{{ config(materialized='table') }}

with by_day as (
    {{ by_day_and_segment(
        ref('survey_answers_daily'),
        keys=['metric', 'instrument_version', 'scale'],
        measures=['responses', 'positives', 'passives', 'negatives', 'score_sum', 'score_square_sum'],
    ) | indent }}
)

select * from by_day

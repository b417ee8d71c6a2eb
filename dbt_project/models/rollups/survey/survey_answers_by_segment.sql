{{ config(materialized='table') }}

with rolled_up as (
    {{ by_period_and_segment(
        ref('survey_answers_daily'),
        measures=['responses', 'positives', 'passives', 'negatives', 'score_sum', 'score_square_sum'],
        dimensions=['metric', 'instrument_version', 'scale'],
    ) | indent }}
)

select * from rolled_up

{{ config(materialized='table') }}

with rolled_up as (
    {{ by_period(
        ref('survey_answers_by_day'),
        keys=['metric', 'instrument_version', 'scale'],
        measures=['responses', 'positives', 'passives', 'negatives', 'score_sum', 'score_square_sum'],
    ) | indent }}
)

select * from rolled_up

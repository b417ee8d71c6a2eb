{{ config(materialized='table') }}

with rolled_up as (
    {{ by_period_and_segment(
        ref('survey_answers_daily'),
        keys=['metric', 'instrument_version', 'scale'],
        aggregates=sums_of([
            'responses', 'positives', 'passives', 'negatives', 'score_sum', 'score_square_sum',
        ]),
    ) | indent }}
)

select * from rolled_up

{{ config(materialized='table') }}

with by_day as (
    {{ by_day_and_segment(
        ref('survey_answers_daily'),
        keys=['metric', 'instrument_version', 'scale'],
        measures=['responses', 'positives', 'passives', 'negatives', 'score_sum', 'score_square_sum'],
    ) | indent }}
),

typed as (
    select
        event_date, segment_type, segment, metric, instrument_version, scale,
        {{ casts(['responses', 'positives', 'passives', 'negatives'], 'bigint') }},
        {{ casts(['score_sum'], 'decimal(18, 2)') }},
        {{ casts(['score_square_sum'], 'decimal(18, 4)') }}
    from by_day
)

select * from typed

{{ config(materialized='table') }}

{%- set keys = ['event_date', 'segment_type', 'segment', 'metric', 'instrument_version', 'scale'] %}

with in_segments as (
    {{ in_each_segment(ref('survey_answers_daily')) | indent }}
),

by_day as (
    select
        {{ keys | join(', ') }},
        {{ sums('in_segments', [
            'responses', 'positives', 'passives', 'negatives', 'score_sum', 'score_square_sum',
        ]) }}
    from in_segments
    group by {{ keys | join(', ') }}
)

select * from by_day

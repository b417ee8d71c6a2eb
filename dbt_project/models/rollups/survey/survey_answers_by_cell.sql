{{ config(materialized='table') }}

with in_segments as (
    {{ in_each_segment(ref('survey_answers_daily')) | indent }}
),

rolled_up as (
    {{ by_period(
        'in_segments', keys=['metric', 'cell_id'], measures=['responses', 'positives', 'negatives']
    ) | indent }}
),

identified as (
    select
        *,
        concat_ws('|', metric, period_grain, cast(period_start as string)) as population_id
    from rolled_up
)

select * from identified

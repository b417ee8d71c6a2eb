{{ config(materialized='table') }}

with answers as (
    select * from {{ ref('survey_answers_daily') }}
    where metric in ('nps', 'csat')
),

in_segments as (
    {{ in_each_segment('answers') | indent }}
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

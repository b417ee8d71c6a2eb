{{ config(materialized='table') }}

{%- set measures = ['responses', 'positives', 'negatives'] %}

with answers as (
    select * from {{ ref('survey_answers_daily') }}
    where metric in ('nps', 'csat')
),

in_segments as (
    {{ in_each_segment('answers') | indent }}
),

rolled_up as (
    {{ by_period('in_segments', ['metric', 'cell_id'], measures) | indent }}
),

identified as (
    select
        period_grain, period_start, segment_type, segment, metric, cell_id,
        {{ casts(measures, 'bigint') }},
        concat_ws('|', metric, period_grain, cast(period_start as string)) as population_id
    from rolled_up
)

select * from identified

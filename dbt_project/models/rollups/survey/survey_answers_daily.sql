{{ config(materialized='table') }}

{%- set own = own_attributes('fct_survey_responses') %}

with responses as (
    {{ with_own_profiles('fct_survey_responses', own) | indent }}
    where events.is_scored
),

instruments as (
    select
        instrument_id,
        concat(scale_min, ' to ', scale_max, case when not higher_is_better then ' reversed' else '' end)
            as scale
    from {{ ref('int_survey_instruments') }}
),

cells as (
    select distinct profile_id, cell_id from {{ ref('weighting_cells') }}
),

profiled as (
    {{ in_each_profile('responses', event_attributes(), own) | indent }}
),

daily as (
    select
        profiled.responded_date as event_date,
        profiled.metric,
        profiled.instrument_version,
        instruments.scale,
        cells.cell_id,
        profiled.profile_id,
        count(*) as responses,
        count(*) filter (where profiled.answer_band = 'positive') as positives,
        count(*) filter (where profiled.answer_band = 'passive') as passives,
        count(*) filter (where profiled.answer_band = 'negative') as negatives,
        cast(sum(profiled.score) as decimal(18, 2)) as score_sum,
        cast(sum(profiled.score * profiled.score) as decimal(18, 4)) as score_square_sum
    from profiled
    inner join instruments on profiled.instrument_id = instruments.instrument_id
    left join cells on profiled.segment_profile_id = cells.profile_id
    group by all
)

select * from daily

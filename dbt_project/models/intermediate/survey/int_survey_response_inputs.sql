{{ config(materialized='table') }}

with responses as (
    select * from {{ ref('stg_survey__responses') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

resubmissions as (
    select * from {{ ref('int_survey_resubmissions') }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
),

inputs as (
    select
        {{ event_month('responses.responded_at') }} as event_month,
        {{ row_hash([
            'responses._row_hash',
            'responses.exclusion_reason',
            'instruments.instrument_hash',
            'resubmissions.response_id',
            'touchpoints.stage',
            'spans.segment_profile_id',
            'spans.behaviour_profile_id',
        ]) }} as input_hash
    from responses
    left join instruments on responses.instrument_id = instruments.instrument_id
    left join resubmissions on responses.response_id = resubmissions.response_id
    left join touchpoints on responses.touchpoint = touchpoints.touchpoint
    left join spans on {{ as_of_span('responses', 'responses.responded_at', 'spans') }}
),

by_month as (
    select event_month, {{ sum_of_hashes('input_hash') }} as input_hash
    from inputs
    group by event_month
)

select * from by_month

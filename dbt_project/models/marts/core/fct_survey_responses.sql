{{ config(
    materialized='incremental',
    partition_by='event_month',
    pre_hook="{{ remove_vanished_months(ref('int_survey_response_inputs')) }}",
) }}

with inputs as (
    select * from {{ ref('int_survey_response_inputs') }}
),

stale_months as (
    {{ stale_months('inputs') | indent }}
),

responses as (
    select * from {{ ref('int_survey_responses_scored') }}
),

built as (
    select
        responses.response_id,
        responses.instrument_id,
        responses.customer_id,
        responses.order_id,
        responses.ticket_id,
        responses.segment_profile_id,
        responses.behaviour_profile_id,
        responses.metric,
        responses.instrument_version,
        responses.channel,
        responses.touchpoint,
        responses.stage,
        responses.language,
        responses.exclusion_reason,
        responses.answer_band,
        {{ band_in_words('responses.answer_band', 'responses.metric') | indent(8) }} as band,
        responses.is_scored,
        responses.score,
        responses.responded_at,
        responses.responded_date,
        responses.event_month,
        stale_months.input_fingerprint
    from responses
    inner join stale_months on responses.event_month = stale_months.event_month
)

select * from built

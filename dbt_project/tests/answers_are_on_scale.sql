-- Answers off the scale of their question are not scored.
{{ config(severity='warn') }}
select response_id, instrument_id, score, exclusion_reason
from {{ ref('fct_survey_responses') }}
where exclusion_reason = 'off_scale'

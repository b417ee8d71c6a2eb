-- Answers to questions that neither the registry nor the survey tool knows are not scored.
{{ config(severity='warn') }}
select response_id, instrument_id
from {{ ref('fct_survey_responses') }}
where exclusion_reason = 'unknown_instrument'

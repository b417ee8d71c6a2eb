-- Follow-ups of answers that have not arrived count nowhere until these do.
{{ config(severity='warn') }}
select follow_ups.follow_up_id, follow_ups.response_id
from {{ ref('stg_crm__follow_ups') }} as follow_ups
left join {{ ref('stg_survey__responses') }} as responses on follow_ups.response_id = responses.response_id
where responses.response_id is null

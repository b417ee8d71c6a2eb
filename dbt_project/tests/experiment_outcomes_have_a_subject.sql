-- Outcomes are of customers who are in the experiment; others are in no result of it.
{{ config(severity='warn') }}
select outcomes.experiment_id, outcomes.customer_id, outcomes.metric
from {{ ref('stg_experiments__outcomes') }} as outcomes
left join {{ ref('int_experiment_subjects') }} as subjects
    on outcomes.experiment_id = subjects.experiment_id
    and outcomes.customer_id = subjects.customer_id
where subjects.customer_id is null

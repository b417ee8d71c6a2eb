-- Customers whom an experiment put into several variants saw both, so that they tell nothing of either.
{{ config(severity='warn') }}
select experiment_id, customer_id
from {{ ref('stg_experiments__assignments') }}
group by experiment_id, customer_id
having count(*) > 1

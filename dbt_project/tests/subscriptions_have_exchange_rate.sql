-- Subscriptions whose currency has no rate into the reporting currency count without MRR.
{{ config(severity='warn') }}
select distinct subscription_id, customer_id
from {{ ref('int_subscription_spans') }}
where mrr_reporting is null

-- Subscriptions without a rate into the reporting currency, or of 10^14 in it and more, count without MRR.
{{ config(severity='warn') }}
select distinct subscription_id, customer_id
from {{ ref('int_subscription_spans') }}
where mrr_reporting is null

-- An event of a customer whom any source names lies in one of the customer's spans; that it lies in
-- no more than one shows in the unique keys of the facts.
{%- set facts = ['fct_survey_responses', 'fct_orders', 'fct_tickets', 'fct_subscription_months'] %}
{%- for fact in facts %}
select '{{ fact }}' as fact, customer_id, event_month
from {{ ref(fact) }}
where customer_id is not null and behaviour_profile_id = {{ unknown_behaviour() }}
{{ 'union all' if not loop.last }}
{%- endfor %}

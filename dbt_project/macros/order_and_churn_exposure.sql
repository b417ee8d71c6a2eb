{#- Columns order_years, churn_years and churns of a relation that holds both kinds of each: customers of
    a segment with subscriptions churn when these end, those of one without when their orders stop. -#}
{% macro order_and_churn_exposure() -%}
case when has_subscriptions then observed_years else active_years end as order_years,
case when has_subscriptions then subscribed_years else active_years end as churn_years,
case when has_subscriptions then churns else lapses end as churns
{%- endmacro %}

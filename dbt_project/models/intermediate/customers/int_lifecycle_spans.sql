{{ config(materialized='table') }}

{%- set new_until = dbt.dateadd('day', var('lifecycle_new_days'), 'first_purchased_at') %}
{%- set at_risk_from = dbt.dateadd('day', var('lifecycle_at_risk_days'), 'last_ordered_at') %}
{%- set lapses_at = dbt.dateadd('day', var('churn_inactivity_days'), 'last_ordered_at') %}
{%- set silent_until = 'least(points.valid_from, orders.known_until)' %}

with customers as (
    select * from {{ ref('int_customers_seen') }}
),

points as (
    select * from {{ ref('int_lifecycle_points') }}
),

orders as (
    select max(ordered_at) as known_until from {{ ref('int_orders_valued') }}
    where exclusion_reason is null
),

judged as (
    select
        customer_id,
        '{{ var("segment_defaults").lifecycle }}' as lifecycle,
        {{ beginning_of_time() }} as valid_from
    from customers
    union all
    select
        customer_id,
        case
            when past_due > 0 then 'at_risk'
            when running > 0 and valid_from < {{ new_until }} then 'new'
            when running > 0 then 'active'
            when started > 0 then 'churned'
            when {{ silent_until }} >= {{ lapses_at }} then 'lapsed'
            when {{ silent_until }} >= {{ at_risk_from }} then 'at_risk'
            when valid_from < {{ new_until }} then 'new'
            else 'active'
        end as lifecycle,
        valid_from
    from points
    cross join orders
),

compared as (
    select
        *,
        lag(lifecycle) over (partition by customer_id order by valid_from) as previous_lifecycle
    from judged
),

spans as (
    select
        customer_id,
        lifecycle,
        valid_from
    from compared
    where lifecycle is distinct from previous_lifecycle
)

select * from spans

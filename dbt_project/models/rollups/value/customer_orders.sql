{{ config(materialized='table') }}

with orders as (
    select *, total_amount < 0 as is_credit_note
    from {{ ref('fct_orders') }}
    where is_counted and customer_id is not null
),

horizon as (
    select max(ordered_at) as known_until from {{ ref('fct_orders') }}
    where exclusion_reason is null
),

by_customer as (
    select
        customer_id,
        count(*) filter (where not is_credit_note) as orders,
        count(net_amount_reporting) filter (where not is_credit_note) as orders_with_amount,
        coalesce(sum(net_amount_reporting), 0) as net_amount_reporting,
        min(case when not is_credit_note then ordered_at end) as first_ordered_at,
        max(case when not is_credit_note then ordered_at end) as last_ordered_at
    from orders
    group by customer_id
),

dated as (
    select
        by_customer.*,
        horizon.known_until,
        {{ dbt.dateadd('day', var('churn_inactivity_days'), 'by_customer.last_ordered_at') }}
            as lapses_at
    from by_customer
    cross join horizon
),

exposed as (
    select
        customer_id,
        coalesce(lapses_at <= known_until, false) as is_lapsed,
        orders,
        orders_with_amount,
        net_amount_reporting,
        {%- for years, until in [
            ('active_years', 'least(lapses_at, known_until)'),
            ('observed_years', 'known_until'),
        ] %}
        -- Decimals, so that the order of summation shows nowhere.
        cast(
            coalesce({{ seconds_between('first_ordered_at', until) }} / 86400 / 365.25, 0) as decimal(38, 15)
        ) as {{ years }},
        {%- endfor %}
        first_ordered_at,
        last_ordered_at
    from dated
)

select * from exposed

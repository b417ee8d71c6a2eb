{{ config(materialized='table') }}

{%- set months_since_order = dbt.datediff('last_order_month', 'valid_from', 'month') %}

with customers as (
    select * from {{ ref('int_customers_seen') }}
),

points as (
    select * from {{ ref('int_value_tier_points') }}
),

scored as (
    select
        customer_id,
        valid_from,
        orders,
        {%- for threshold in var('value_tier_recency_months') %}
        case when {{ months_since_order }} <= {{ threshold }} then 1 else 0 end +
        {%- endfor %}
        {%- for measure in ['orders', 'amount'] %}
        {%- for threshold in var('value_tier_' ~ measure) %}
        case when {{ measure }} >= {{ threshold }} then 1 else 0 end +
        {%- endfor %}
        {%- endfor %}
        0 as points
    from points
),

tiers as (
    select
        customer_id,
        '{{ var("segment_defaults").value_tier }}' as value_tier,
        {{ beginning_of_time() }} as valid_from
    from customers
    union all
    select
        customer_id,
        case
            when orders = 0 then 'no_orders'
            {%- for tier, least in var('value_tiers').items() | reverse %}
            when points >= {{ least }} then '{{ tier }}'
            {%- endfor %}
        end as value_tier,
        valid_from
    from scored
),

compared as (
    select
        *,
        lag(value_tier) over (partition by customer_id order by valid_from) as previous_tier
    from tiers
),

spans as (
    select
        customer_id,
        value_tier,
        valid_from
    from compared
    where value_tier is distinct from previous_tier
)

select * from spans

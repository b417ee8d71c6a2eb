{{ config(materialized='table') }}

with orders as (
    select
        *,
        cast(ordered_at as date) as ordered_on,
        total_amount >= 0 as is_purchase
    from {{ ref('int_orders_valued') }}
    where is_counted and customer_id is not null
),

periods as (
    select * from {{ ref('int_purchase_periods') }}
),

days as (
    select
        customer_id,
        ordered_on,
        count(*) filter (where is_purchase) > 0 as is_purchase,
        count(net_amount_reporting) filter (where is_purchase) > 0 as is_valued,
        sum(net_amount_reporting) as net_amount
    from orders
    group by customer_id, ordered_on
),

firsts as (
    select customer_id, min(ordered_on) as first_on
    from days
    where is_purchase
    group by customer_id
),

placed as (
    select
        periods.*,
        firsts.first_on,
        days.customer_id,
        days.ordered_on,
        days.net_amount,
        days.is_valued,
        days.is_purchase and days.ordered_on <= periods.ends_on as is_before,
        days.is_purchase and days.ordered_on > periods.ends_on as is_after,
        days.ordered_on > firsts.first_on and days.ordered_on <= periods.ends_on as is_repeat
    from days
    inner join firsts on days.customer_id = firsts.customer_id
    inner join periods on firsts.first_on <= periods.ends_on
),

by_customer as (
    select
        sample, customer_id, forecast_days, annual_discount_rate, ends_on, first_on,
        count(*) filter (where is_before) - 1 as repeat_purchases,
        max(case when is_before then ordered_on end) as last_on,
        count(*) filter (where is_repeat and is_valued) as valued_purchases,
        cast(sum(case when is_repeat then net_amount end) as double) as repeat_value,
        case when is_forecast_known then count(*) filter (where is_after) end as purchases_next
    from placed
    group by
        sample, customer_id, forecast_days, annual_discount_rate, ends_on, first_on, is_forecast_known
),

measured as (
    select
        sample,
        customer_id,
        forecast_days,
        annual_discount_rate,
        repeat_purchases,
        {{ dbt.datediff('first_on', 'last_on', 'day') }}
            as recency_days,
        {{ dbt.datediff('first_on', 'ends_on', 'day') }}
            as age_days,
        valued_purchases,
        repeat_value / nullif(valued_purchases, 0) as repeat_value_mean,
        purchases_next
    from by_customer
)

select * from measured

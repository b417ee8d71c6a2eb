with orders as (
    select * from {{ ref('int_orders_valued') }}
    where exclusion_reason is null
),

observed as (
    select
        cast(min(
            case when is_counted and customer_id is not null and total_amount >= 0 then ordered_at end
        ) as date) as begins_on,
        cast(max(ordered_at) as date) as ends_on
    from orders
),

timed as (
    select
        begins_on,
        ends_on,
        {{ dbt.datediff('begins_on', 'ends_on', 'day') }}
            as observed_days
    from observed
    where begins_on is not null
),

divided as (
    select
        *,
        cast(floor(observed_days * (1 - {{ var('holdout_share') }})) as integer) as calibration_days
    from timed
),

periods as (
    select
        'whole' as sample,
        ends_on,
        7 * {{ var('prediction_weeks') }} as forecast_days,
        cast({{ var('annual_discount_rate') }} as double) as annual_discount_rate,
        false as is_forecast_known
    from divided
    union all
    select
        'calibration',
        cast({{ dbt.dateadd('day', 'calibration_days', 'begins_on') }} as date),
        observed_days - calibration_days,
        cast(0 as double),
        true
    from divided
)

select * from periods

{%- set is_predicted = "prediction_status = 'predicted'" -%}
with segments as (
    select * from {{ ref('value_by_segment') }}
    where customers > 0
),

predictions as (
    select * from {{ ref('predictions_by_segment') }}
),

models as (
    select * from {{ ref('int_purchase_model') }}
),

joined as (
    select
        segments.*,
        coalesce(predictions.customers_predicted, 0) as customers_predicted,
        cast(predictions.p_alive as double) as p_alive,
        cast(predictions.purchases_expected as double) as purchases_expected_sum,
        cast(predictions.value_predicted as double) as value_predicted,
        models.prediction_status as model_status
    from segments
    cross join models
    left join predictions
        on segments.segment_type = predictions.segment_type
        and segments.segment = predictions.segment
),

formed as (
    select
        *,
        customers >= {{ var('min_responses') }} as is_reportable,
        order_years >= {{ var('min_responses') }} and churn_years >= {{ var('min_responses') }}
            as is_formula_reportable,
        cast(revenue as double) as revenue_historical,
        cast(revenue as double) / nullif(orders_with_amount, 0) as order_value_mean,
        orders / nullif(order_years, 0) as orders_per_year,
        least(
            coalesce(churn_years / nullif(churns, 0), {{ var('lifetime_years_cap') }}),
            {{ var('lifetime_years_cap') }}
        ) as lifetime_years,
        case
            when model_status = 'predicted' and customers_predicted < {{ var('min_responses') }}
                then 'too_few_customers'
            else model_status
        end as prediction_status
    from joined
),

reported as (
    select
        'all' as period_grain,
        cast(null as date) as period_start,
        segment_type,
        segment,
        cast(customers as bigint) as customers,
        revenue_historical,
        {{ score('revenue_historical / customers') }} as clv_historical,
        {{ score(
            'order_value_mean * orders_per_year * lifetime_years',
            'is_reportable and is_formula_reportable'
        ) }} as clv_formula,
        {{ score('value_predicted / customers_predicted', is_predicted) }} as clv_predicted,
        {{ score('purchases_expected_sum', is_predicted) }} as purchases_expected,
        {{ score('p_alive / customers_predicted', is_predicted) }} as p_alive_mean,
        prediction_status,
        is_reportable
    from formed
)

select * from reported

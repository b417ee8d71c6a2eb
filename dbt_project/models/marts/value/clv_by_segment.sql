{%- set is_predicted = "prediction_status = 'predicted'" -%}
{%- set is_computed = "formula_status = 'computed'" -%}
{%- set least, cap = var('min_responses'), var('lifetime_years_cap') -%}
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

segment_types as (
    select * from {{ ref('dim_segment_types') }}
),

joined as (
    select
        segments.*,
        coalesce(segment_types.is_by_survival, false) as is_by_survival,
        coalesce(predictions.customers_predicted, 0) as customers_predicted,
        cast(predictions.p_alive as double) as p_alive,
        cast(predictions.purchases_expected as double) as purchases_expected_sum,
        cast(predictions.value_predicted as double) as value_predicted,
        models.prediction_status as model_status
    from segments
    cross join models
    left join segment_types on segments.segment_type = segment_types.segment_type
    left join predictions
        on segments.segment_type = predictions.segment_type
        and segments.segment = predictions.segment
),

formed as (
    select
        *,
        customers >= {{ least }} as is_reportable,
        cast(revenue as double) as revenue_historical,
        cast(revenue as double) / nullif(orders_with_amount, 0) as order_value_mean,
        cast(orders as double) / nullif(order_years, 0) as orders_per_year,
        least(coalesce(churn_years / nullif(churns, 0), {{ cap }}), {{ cap }}) as lifetime_years,
        case
            when is_by_survival then 'segment_by_survival'
            when customers < {{ least }} then 'too_few_customers'
            when order_years < {{ least }} or churn_years < {{ least }} then 'too_few_years'
            when orders_with_amount = 0 then 'no_amounts'
            else 'computed'
        end as formula_status,
        case
            when model_status = 'predicted' and customers_predicted < {{ least }} then 'too_few_customers'
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
        {{ score('order_value_mean * orders_per_year * lifetime_years', is_computed) }} as clv_formula,
        {{ score('value_predicted / customers_predicted', is_predicted) }} as clv_predicted,
        {{ score('purchases_expected_sum', is_predicted) }} as purchases_expected,
        {{ score('p_alive / customers_predicted', is_predicted) }} as p_alive_mean,
        prediction_status,
        formula_status,
        is_reportable
    from formed
)

select * from reported

with segments as (
    select * from {{ ref('value_by_segment') }}
    where customers > 0
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
        ) as lifetime_years
    from segments
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
        is_reportable
    from formed
)

select * from reported

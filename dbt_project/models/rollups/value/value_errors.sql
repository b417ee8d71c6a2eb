with customers as (
    select * from {{ ref('customer_values') }}
),

profiled as (
    {{ in_each_profile('customers') | indent }}
),

in_segments as (
    {{ in_each_segment('profiled') | indent }}
),

totals as (
    select * from {{ ref('value_by_segment') }}
),

measured as (
    select
        totals.segment_type, totals.segment, totals.has_subscriptions,
        in_segments.net_amount_reporting as revenue,
        in_segments.orders,
        in_segments.orders_with_amount,
        in_segments.active_years,
        in_segments.observed_years,
        in_segments.months_subscribed / 12e0 as subscribed_years,
        in_segments.churns,
        cast(in_segments.is_lapsed as integer) as lapses
    from in_segments
    inner join totals
        on in_segments.segment_type = totals.segment_type and in_segments.segment = totals.segment
),

exposed as (
    select
        segment_type, segment, revenue, orders, orders_with_amount,
        {{ order_and_churn_exposure() | indent(8) }}
    from measured
),

linearised as (
    -- The logarithm of the formula is one of sums over customers: its derivative by what one adds to them.
    select
        exposed.segment_type, exposed.segment,
        cast(exposed.revenue as decimal(18, 2)) as revenue,
        {{ share('exposed.revenue', 'totals.revenue') }}
        - {{ share('exposed.orders_with_amount', 'totals.orders_with_amount') }}
        + {{ share('exposed.orders', 'totals.orders') }}
        - {{ share('exposed.order_years', 'totals.order_years') }}
        + case
            when totals.churn_years < {{ var('lifetime_years_cap') }} * totals.churns
                then {{ share('exposed.churn_years', 'totals.churn_years') }}
                    - {{ share('exposed.churns', 'totals.churns') }}
            else 0
        end as formula_log_change
    from exposed
    inner join totals
        on exposed.segment_type = totals.segment_type and exposed.segment = totals.segment
),

errors as (
    select
        segment_type, segment,
        sqrt({{ sample_variance(
            'sum(revenue)', 'sum(' ~ product('revenue', 'revenue') ~ ')', 'count(revenue)'
        ) }} / count(revenue)) as revenue_mean_se,
        -- A square above 1e12 has no room, and no share in an interval that is a number.
        sqrt(
            {{ sample_variance(
                exact_sum('formula_log_change'),
                exact_sum('least(power(formula_log_change, 2), 1e12)'),
                'count(*)'
            ) }} * count(*)
        ) as formula_log_se
    from linearised
    group by segment_type, segment
)

select * from errors

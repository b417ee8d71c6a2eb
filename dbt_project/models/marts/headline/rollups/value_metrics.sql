with clv as (
    select * from {{ ref('clv_by_segment') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
    where is_current
),

customers as (
    select
        orders.customer_id,
        {{ profiles_as_of('spans') }},
        cast(orders.net_amount_reporting as double) as revenue
    from {{ ref('customer_orders') }} as orders
    left join spans on orders.customer_id = spans.customer_id
),

profiled as (
    {{ in_each_profile('customers') | indent }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

spreads as (
    select
        segments.segment_type,
        segments.segment,
        stddev_samp(profiled.revenue) / sqrt(count(*)) as revenue_se
    from profiled
    inner join segments on profiled.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment
),

spread as (
    select
        clv.*,
        spreads.revenue_se
    from clv
    inner join spreads
        on clv.segment_type = spreads.segment_type and clv.segment = spreads.segment
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'clv_historical' as metric,
        clv_historical as value,
        revenue_historical as numerator,
        cast(customers as double) as denominator,
        {{ score('revenue_se') }} as value_se,
        {{ score('clv_historical - ' ~ z_95() ~ ' * revenue_se') }} as ci_low,
        {{ score('clv_historical + ' ~ z_95() ~ ' * revenue_se') }} as ci_high,
        is_reportable
    from spread
    union all
    select
        period_grain, period_start, segment_type, segment,
        'clv_formula',
        clv_formula, null, cast(customers as double), null, null, null,
        clv_formula is not null
    from spread
    union all
    select
        period_grain, period_start, segment_type, segment,
        'clv_predicted',
        clv_predicted, null, cast(customers as double), null, null, null,
        clv_predicted is not null
    from spread
)

select * from metrics

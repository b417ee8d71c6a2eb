with clv as (
    select * from {{ ref('clv_by_segment') }}
),

customers as (
    select
        customer_id,
        cast(net_amount_reporting as double) as revenue
    from {{ ref('customer_orders') }}
),

spans as (
    select * from {{ ref('int_customer_spans') }}
    where is_current
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

spreads as (
    select
        segments.segment_type,
        segments.segment,
        stddev_samp(customers.revenue) / sqrt(count(*)) as revenue_se
    from customers
    left join spans on customers.customer_id = spans.customer_id
    inner join segments
        on coalesce(spans.segment_profile_id, {{ unknown_profile() }}) = segments.segment_profile_id
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
)

select * from metrics

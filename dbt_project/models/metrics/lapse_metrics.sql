with months as (
    select * from {{ ref('buyer_months') }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

profiled as (
    {{ in_each_profile('months') | indent }}
),

by_segment as (
    select
        profiled.month_start,
        segments.segment_type,
        segments.segment,
        count(*) as customers_start,
        count(*) filter (where profiled.is_lapsed) as customers_lapsed,
        count(*) >= {{ var('min_responses') }} as is_reportable
    from profiled
    inner join segments on profiled.profile_id = segments.profile_id
    group by profiled.month_start, segments.segment_type, segments.segment
),

metrics as (
    select
        'month' as period_grain,
        month_start as period_start,
        segment_type,
        segment,
        'lapse_rate' as metric,
        {{ score('customers_lapsed / cast(customers_start as double)') }} as value,
        cast(customers_lapsed as double) as numerator,
        cast(customers_start as double) as denominator,
        {{ score(proportion_se('customers_lapsed', 'customers_start')) }} as value_se,
        {{ score(wilson_low('customers_lapsed', 'customers_start')) }} as ci_low,
        {{ score(wilson_high('customers_lapsed', 'customers_start')) }} as ci_high,
        is_reportable
    from by_segment
)

select * from metrics

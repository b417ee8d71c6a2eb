with weights as (
    select * from {{ source('fits', 'driver_weights') }}
),

units as (
    select * from {{ ref('driver_segments') }}
),

ranges as (
    select * from {{ ref('driver_ranges') }}
),

counted as (
    select
        outcome, segment_type, segment,
        count(*) as n,
        count(distinct customer_id) as customers
    from units
    group by outcome, segment_type, segment
),

reported as (
    select
        weights.outcome,
        weights.segment_type,
        weights.segment,
        weights.driver,
        {{ rounded('weights.importance') }} as importance,
        {{ rounded('weights.importance_ci_low') }} as importance_ci_low,
        {{ rounded('weights.importance_ci_high') }} as importance_ci_high,
        cast(weights.rank as integer) as rank,
        weights.is_above_chance,
        {{ rounded('weights.performance') }} as performance,
        {{ rounded('(weights.performance - ranges.worst) / (ranges.best - ranges.worst)') }}
            as performance_rescaled,
        case when weights.correlation < 0 then 'lower' else 'higher' end as direction,
        {{ rounded('weights.correlation') }} as correlation,
        {{ rounded('weights.r_squared') }} as r_squared,
        counted.n,
        counted.customers
    from weights
    inner join counted on {{ same_values('weights', 'counted', ['outcome', 'segment_type', 'segment']) }}
    left join ranges on weights.outcome = ranges.outcome and weights.driver = ranges.driver
    where counted.customers >= {{ var('driver_min_customers') }}
)

select * from reported

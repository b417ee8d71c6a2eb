with weights as (
    select * from {{ source('fits', 'driver_weights') }}
),

units as (
    select * from {{ ref('driver_segments') }}
),

known as (
    select * from {{ ref('driver_values') }}
),

counted as (
    select
        outcome, segment_type, segment,
        count(*) as n,
        count(distinct customer_id) as customers
    from units
    group by outcome, segment_type, segment
),

performed as (
    select
        units.outcome, units.segment_type, units.segment, known.driver,
        bool_and(known.is_count) as is_count,
        {{ exact_sum('known.value') }} as total,
        count(*) as units_known
    from units
    inner join known on units.outcome = known.outcome and units.unit_id = known.unit_id
    group by units.outcome, units.segment_type, units.segment, known.driver
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
        {{ rounded(
            'performed.total / case when performed.is_count then counted.n else performed.units_known end'
        ) }} as performance,
        case when weights.correlation < 0 then 'lower' else 'higher' end as direction,
        {{ rounded('weights.correlation') }} as correlation,
        {{ rounded('weights.r_squared') }} as r_squared,
        counted.n,
        counted.customers
    from weights
    inner join counted on {{ same_values('weights', 'counted', ['outcome', 'segment_type', 'segment']) }}
    inner join performed
        on {{ same_values('weights', 'performed', ['outcome', 'segment_type', 'segment', 'driver']) }}
)

select * from reported

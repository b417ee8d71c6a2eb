{{ config(materialized='table') }}

{%- set series = 'metric, instrument_version, period_grain, segment_type, segment' %}

with points as (
    select * from {{ ref('control_points') }}
),

moved as (
    select
        *,
        abs((score - centre) / unit - lag((score - centre) / unit) over in_order) as moving_range,
        case when is_judged then nullif(sign({{ rounded('score - centre') }}), 0) end as side
    from points
    window in_order as (partition by {{ series }}, is_judged order by period_start)
),

spread as (
    select
        *,
        -- 1.128 is the mean range of two values of a normal distribution, in standard deviations.
        {{ exact_sum('case when is_baseline then moving_range end', 'over same_series') }}
        / nullif(count(case when is_baseline then moving_range end) over same_series, 0) / 1.128 as sigma,
        {{ last_known('side') }} over before_it as side_before
    from moved
    window
        same_series as (partition by {{ series }}),
        before_it as (
            partition by {{ series }} order by period_start
            rows between unbounded preceding and 1 preceding
        )
),

turned as (
    select
        *,
        3 * case when metric = 'nps' then nullif(sigma, 0) else greatest(sigma, 1) * unit end as margin,
        sum(case when side <> side_before then 1 else 0 end) over (
            partition by {{ series }}
            order by period_start
        ) as turns
    from spread
),

limits as (
    select
        *,
        greatest(centre - margin, case when metric = 'nps' then -100 else 0 end) as control_low,
        least(centre + margin, case when metric = 'nps' then 100 else 1 end) as control_high,
        count(side) over (
            partition by {{ series }}, turns
            order by period_start
        ) as side_periods
    from turned
    where sigma is not null and margin is not null
),

signals as (
    select
        metric, instrument_version, period_grain, period_start, segment_type, segment,
        {{ roundings(['centre', 'control_low', 'control_high']) }},
        baseline_periods < {{ var('control_least_periods') }} as is_provisional,
        case
            when not is_judged then null
            when score < {{ rounded('control_low') }} then 'below'
            when score > {{ rounded('control_high') }} then 'above'
            when side is not null and side_periods >= {{ var('control_run_periods') }}
                then case side when 1 then 'run_above' else 'run_below' end
            else 'none'
        end as control_signal
    from limits
)

select * from signals

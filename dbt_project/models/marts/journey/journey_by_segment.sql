with counts as (
    select * from {{ ref('funnel_by_segment') }}
),

times as (
    select * from {{ ref('funnel_times_by_segment') }}
),

stages as (
    select * from {{ ref('int_stages') }}
),

followed as (
    select
        counts.*,
        lead(counts.customers_entered) over chain as customers_reached_next,
        counts.customers_entered >= {{ var('min_responses') }} as is_reportable
    from counts
    window chain as (
        partition by counts.period_grain, counts.period_start, counts.segment_type, counts.segment
        order by counts.step
    )
),

reported as (
    select
        followed.period_grain,
        followed.period_start,
        followed.segment_type,
        followed.segment,
        followed.stage,
        cast(stages.stage_order as integer) as stage_order,
        cast(followed.customers_entered as bigint) as customers_entered,
        cast(followed.customers_entered_directly as bigint) as customers_entered_directly,
        cast(followed.customers_visited as bigint) as customers_visited,
        cast(followed.customers_reached_next as bigint) as customers_reached_next,
        {%- set next, entered = 'followed.customers_reached_next', 'followed.customers_entered' %}
        {%- set converts = 'followed.is_reportable and ' ~ next ~ ' is not null' %}
        {{ score('cast(' ~ next ~ ' as double) / ' ~ entered, converts) }} as conversion_rate,
        {{ score(wilson_low(next, entered), converts) }} as conversion_rate_ci_low,
        {{ score(wilson_high(next, entered), converts) }} as conversion_rate_ci_high,
        cast(followed.customers_pending as bigint) as customers_pending,
        cast(times.days_to_next_median as double) as days_to_next_median,
        cast(times.days_to_next_median_ci_low as double) as days_to_next_median_ci_low,
        cast(times.days_to_next_median_ci_high as double) as days_to_next_median_ci_high,
        followed.is_reportable
    from followed
    left join times on {{ same_segment('followed', 'times', keys=['step']) }}
    left join stages on followed.stage = stages.stage
)

select * from reported

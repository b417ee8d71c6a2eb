{%- set least = var('min_responses') %}
with counts as (
    select * from {{ ref('funnel_by_segment') }}
),

times as (
    select * from {{ ref('funnel_times_by_segment') }}
),

stages as (
    select stage, min(stage_order) as stage_order
    from {{ ref('touchpoints') }}
    group by stage
),

followed as (
    select
        counts.*,
        lead(counts.customers_entered) over chain as customers_reached_next,
        counts.customers_entered >= {{ least }} as is_reportable
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
        {%- for bound in ['', '_ci_low', '_ci_high'] %}
        {%- set median = 'days_to_next_median' ~ bound %}
        {{ score('cast(times.' ~ median ~ ' as double)', 'times.days_to_next_count >= ' ~ least) }}
            as {{ median }},
        {%- endfor %}
        followed.is_reportable
    from followed
    left join times on {{ same_segment('followed', 'times') }} and followed.step = times.step
    left join stages on followed.stage = stages.stage
)

select * from reported

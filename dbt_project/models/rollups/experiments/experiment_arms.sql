{{ config(materialized='table') }}

{%- set family = 'partition by experiment_id, metric' %}
{%- set arm = 'partition by experiment_id, metric, variant' %}

with all_values as (
    select * from {{ ref('experiment_values') }}
),

centred as (
    select
        *,
        cast(numerator as double) - cast(denominator as double) * {{ window_ratio(arm) }} as deviation,
        -- Who was not there before the window stands for the mean of who was.
        coalesce(
            cast(value_before as double) - {{ window_mean('value_before', family) }}, 0
        ) as deviation_before,
        count(value_before) over ({{ family }}) > 0 as has_before
    from all_values
    where is_mature and denominator > 0
),

scaled as (
    -- Squares are added as decimals, the same in any order, in any unit: a power of 2 loses no digit.
    select
        *,
        {{ power_of_two('max(abs(deviation)) over (' ~ family ~ ')') }} as scale,
        {{ power_of_two('max(abs(deviation_before)) over (' ~ family ~ ')') }} as scale_before
    from centred
),

moments as (
    select
        experiment_id, metric, variant,
        count(*) as subjects,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        bool_or(has_before) as has_before,
        coalesce({{ exact_sum('power(deviation / scale, 2)') }} * power(max(scale), 2), 0) as yy,
        coalesce({{ exact_sum('deviation_before / scale_before') }} * max(scale_before), 0) as x,
        coalesce(
            {{ exact_sum('power(deviation_before / scale_before, 2)') }} * power(max(scale_before), 2), 0
        ) as xx,
        coalesce(
            {{ exact_sum('deviation / scale * (deviation_before / scale_before)') }}
            * max(scale) * max(scale_before), 0
        ) as xy
    from scaled
    group by experiment_id, metric, variant
),

waiting as (
    select
        experiment_id, metric, variant,
        count(*) as subjects_assigned,
        sum(cast(is_immature as bigint)) as subjects_immature
    from all_values
    group by experiment_id, metric, variant
),

arms as (
    select
        waiting.*,
        coalesce(moments.subjects, 0) as subjects,
        cast(moments.numerator as double) / moments.denominator as value,
        moments.numerator,
        moments.denominator,
        moments.yy,
        case when moments.has_before then moments.x / moments.subjects end as mean_before,
        case when moments.has_before then moments.xx - moments.x * moments.x / moments.subjects end as xx,
        case when moments.has_before then moments.xy end as xy
    from waiting
    left join moments
        on waiting.experiment_id = moments.experiment_id
        and waiting.metric = moments.metric
        and waiting.variant = moments.variant
)

select * from arms

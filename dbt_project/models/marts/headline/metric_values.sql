with metrics as (
    {%- for family in var('metric_families') %}
    select * from {{ ref(family) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

targets as (
    select * from {{ ref('metric_targets') }}
),

-- On a scale on which more is better: the value and both bounds of its interval lie within worst and best.
placed as (
    select
        metrics.*,
        targets.target,
        sign(targets.target - targets.alert_threshold) as direction,
        direction * targets.target as goal,
        direction * targets.alert_threshold as alarm,
        least(direction * value, direction * ci_low, direction * ci_high) as worst,
        greatest(direction * value, direction * ci_low, direction * ci_high) as best
    from metrics
    left join targets
        on metrics.metric = targets.metric
        and metrics.segment_type = targets.segment_type
        and metrics.segment = targets.segment
),

judged as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        metric,
        value,
        numerator,
        denominator,
        value_se,
        ci_low,
        ci_high,
        target,
        case
            when target is null or value is null then 'no_target'
            when direction = 0 then 'undecided'
            when worst >= goal then 'on_target'
            when best >= goal then 'undecided'
            when best <= alarm then 'off_target'
            else 'at_risk'
        end as status,
        is_reportable
    from placed
)

select * from judged

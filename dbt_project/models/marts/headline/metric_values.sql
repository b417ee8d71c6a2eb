with metrics as (
    select * from {{ ref('survey_metrics') }}
    union all
    select * from {{ ref('churn_metrics') }}
    union all
    select * from {{ ref('lapse_metrics') }}
    union all
    select * from {{ ref('support_metrics') }}
    union all
    select * from {{ ref('value_metrics') }}
),

targets as (
    select * from {{ ref('metric_targets') }}
),

judged as (
    select
        metrics.period_grain,
        metrics.period_start,
        metrics.segment_type,
        metrics.segment,
        metrics.metric,
        metrics.value,
        metrics.numerator,
        metrics.denominator,
        metrics.value_se,
        metrics.ci_low,
        metrics.ci_high,
        targets.target,
        case
            when targets.target is null or metrics.value is null then 'no_target'
            when sign(metrics.value - targets.target) in (0, sign(targets.target - targets.alert_threshold))
                then 'on_target'
            when sign(metrics.value - targets.alert_threshold)
                = sign(targets.target - targets.alert_threshold) then 'at_risk'
            else 'off_target'
        end as status,
        metrics.is_reportable
    from metrics
    left join targets
        on metrics.metric = targets.metric
        and metrics.segment_type = targets.segment_type
        and metrics.segment = targets.segment
)

select * from judged

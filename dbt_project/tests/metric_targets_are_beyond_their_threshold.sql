-- Every target is better than its alert threshold, as the registry says which way is better.
{{ config(severity='warn', meta={
    'remedy': 'Mend the row, or higher_is_better of the metric in seeds/metrics.csv.'
}) }}
with targets as (
    select
        *,
        sign(target - alert_threshold) as direction
    from {{ ref('metric_targets') }}
),

metrics as (
    select
        metric,
        case when higher_is_better then 1 when not higher_is_better then -1 end as direction,
        case
            when higher_is_better then 'be higher'
            when not higher_is_better then 'be lower'
            else 'differ'
        end as demand
    from {{ ref('dim_metrics') }}
),

mistaken as (
    select
        concat(
            'row ', targets.metric, ', ', targets.segment_type, ', ', targets.segment,
            ' of seeds/metric_targets.csv has target ', targets.target, ' and alert_threshold ',
            targets.alert_threshold, ': the target must ', metrics.demand
        ) as sentence
    from targets
    inner join metrics on targets.metric = metrics.metric
    where targets.direction = 0 or targets.direction <> metrics.direction
)

select * from mistaken

-- Every target is better than its alert threshold, as the registry says which way is better.
{{ config(severity='warn', meta={
    'remedy': 'Mend the row, or higher_is_better of the metric in seeds/metrics.csv.'
}) }}
with targets as (
    select * from {{ ref('metric_targets') }}
),

metrics as (
    select
        metric,
        case when higher_is_better then 1 else -1 end as direction,
        case when higher_is_better then 'higher' else 'lower' end as direction_name
    from {{ ref('dim_metrics') }}
    where higher_is_better is not null
),

mistaken as (
    select
        concat(
            'row ', targets.metric, ', ', targets.segment_type, ', ', targets.segment,
            ' of seeds/metric_targets.csv has target ', targets.target, ' and alert_threshold ',
            targets.alert_threshold, ', but of ', targets.metric, ' ', metrics.direction_name, ' is better'
        ) as sentence
    from targets
    inner join metrics on targets.metric = metrics.metric
    where sign(targets.target - targets.alert_threshold) <> metrics.direction
)

select * from mistaken

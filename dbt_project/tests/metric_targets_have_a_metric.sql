-- Every target is for a metric of the registry; one for another name is met by no value.
{{ config(severity='warn', meta={
    'remedy': 'Name a metric of marts.dim_metrics in seeds/metric_targets.csv.'
}) }}
with targets as (
    select * from {{ ref('metric_targets') }}
),

metrics as (
    select * from {{ ref('dim_metrics') }}
),

unknown as (
    select
        concat(
            'row ', targets.metric, ', ', targets.segment_type, ', ', targets.segment,
            ' of seeds/metric_targets.csv is for no metric that there is'
        ) as sentence
    from targets
    where targets.metric not in (select metrics.metric from metrics)
)

select * from unknown

{{ config(materialized='table') }}

with experiments as (
    select * from {{ ref('int_experiments') }}
),

outcomes as (
    select * from {{ ref('stg_experiments__outcomes') }}
),

testable as (
    select * from {{ ref('int_testable_metrics') }}
),

landed as (
    select
        experiment_id,
        metric,
        'outcomes' as source,
        'outcome' as measure,
        case when bool_and(value in (0, 1)) then 'rate' else 'mean' end as kind,
        cast(null as decimal(18, 2)) as at_least
    from outcomes
    group by experiment_id, metric
),

measured as (
    select * from landed
    union all
    select
        experiments.experiment_id,
        testable.metric,
        testable.source,
        testable.measure,
        testable.kind,
        testable.at_least
    from experiments
    inner join testable on experiments.metric = testable.metric
    left join landed
        on experiments.experiment_id = landed.experiment_id
        and experiments.metric = landed.metric
    where landed.metric is null
),

metrics as (
    select
        measured.*,
        coalesce(measured.metric = experiments.metric, false) as is_hypothesis
    from measured
    inner join experiments on measured.experiment_id = experiments.experiment_id
)

select * from metrics

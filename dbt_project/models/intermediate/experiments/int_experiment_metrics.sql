{{ config(materialized='table') }}

with experiments as (
    select * from {{ ref('int_experiments') }}
),

outcomes as (
    select * from {{ ref('stg_experiments__outcomes') }}
),

registry as (
    select * from {{ ref('experiment_metrics') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
    where audience = 'customer' and metric <> 'other'
),

questions as (
    -- Versions of CES are never pooled, so that a hypothesis names one of them.
    select distinct metric, concat('metric:', metric) as measure from instruments
    where metric <> 'ces'
    union all
    select instrument_id, concat('instrument:', instrument_id) from instruments
    where instrument_id not in (select other.metric from instruments as other where other.metric <> 'ces')
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

known as (
    select metric, source, measure, kind, at_least from registry
    union all
    select metric, 'answers', measure, 'ratio', null from questions
    where metric not in (select registry.metric from registry)
),

measured as (
    select * from landed
    union all
    select
        experiments.experiment_id, known.metric, known.source, known.measure, known.kind, known.at_least
    from experiments
    inner join known on experiments.metric = known.metric
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

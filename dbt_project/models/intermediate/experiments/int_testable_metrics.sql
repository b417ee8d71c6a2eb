with registry as (
    select * from {{ ref('experiment_metrics') }}
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
    where audience = 'customer' and metric <> 'other'
),

questions as (
    -- Versions of CES are never pooled, so that a hypothesis names one of them.
    select distinct metric, concat('metric:', metric) as measure, metric as outcome from instruments
    where metric <> 'ces'
    union all
    select instrument_id, concat('instrument:', instrument_id), metric from instruments
    where instrument_id not in (select other.metric from instruments as other where other.metric <> 'ces')
),

testable as (
    select
        metric, source, measure, kind, at_least,
        case measure when 'paying' then 'staying' else metric end as outcome
    from registry
    union all
    select metric, 'answers', measure, 'ratio', null, outcome from questions
    where metric not in (select registry.metric from registry)
)

select * from testable

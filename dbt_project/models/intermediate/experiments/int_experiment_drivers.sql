{{ config(materialized='table') }}

with experiments as (
    select * from {{ ref('int_experiments') }}
),

testable as (
    select * from {{ ref('int_testable_metrics') }}
),

pieces as (
    select experiment_id, metric, {{ parts_of('evidence', "';'") }} as piece
    from experiments
    where evidence is not null
),

collapsed as (
    select experiment_id, metric, {{ collapsed('piece') }} as piece from pieces
),

named as (
    select distinct experiment_id, metric, {{ name_in_evidence('substr(piece, 8)') }} as driver
    from collapsed
    where lower(piece) like 'driver %' or lower(piece) like 'driver:%'
),

linked as (
    select named.experiment_id, named.driver, named.metric, testable.outcome
    from named
    left join testable on named.metric = testable.metric
)

select * from linked

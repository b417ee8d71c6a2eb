{{ config(materialized='table') }}

{%- set stated = [
    'experiment_id', 'hypothesis', 'evidence', 'metric', 'expected_effect', 'impact', 'confidence', 'ease', 'status',
    'starts_on', 'ends_on', 'minimum_sample', 'control_variant', 'planned_split', 'window_days',
] %}

with registry as (
    select * from {{ ref('experiments') }}
),

landed as (
    select * from {{ ref('stg_experiments__experiments') }}
),

assignments as (
    select * from {{ ref('stg_experiments__assignments') }}
),

outcomes as (
    select * from {{ ref('stg_experiments__outcomes') }}
),

registered as (
    select {{ stated | join(', ') }}, true as is_registered from registry
    union all
    select {{ stated | join(', ') }}, true from landed
    where experiment_id not in (select registry.experiment_id from registry)
),

named as (
    select experiment_id from registered
    union
    select experiment_id from assignments
    union
    select experiment_id from outcomes
),

experiments as (
    select
        named.experiment_id,
        registered.hypothesis,
        registered.evidence,
        registered.metric,
        registered.expected_effect,
        registered.impact,
        registered.confidence,
        registered.ease,
        registered.status,
        registered.ends_on,
        registered.minimum_sample,
        registered.planned_split,
        coalesce(registered.is_registered, false) as is_registered,
        coalesce(nullif(trim(registered.control_variant), ''), '{{ var("control_variant") }}')
            as control_variant,
        -- The register of a company may say any day and any number: beyond these there is no calendar.
        case
            when registered.starts_on between cast('{{ var("events_from") }}' as date) and date '9998-12-31'
                then registered.starts_on
        end as starts_on,
        least(greatest(coalesce(registered.window_days, {{ var('experiment_window_days') }}), 1), 3650)
            as window_days
    from named
    left join registered on named.experiment_id = registered.experiment_id
)

select * from experiments

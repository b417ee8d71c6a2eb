with experiments as (
    select * from {{ ref('int_experiments') }}
),

metrics as (
    select * from {{ ref('int_experiment_metrics') }}
),

subjects as (
    select * from {{ ref('int_experiment_subjects') }}
),

splits as (
    select * from {{ ref('int_experiment_splits') }}
),

variants as (
    select * from {{ ref('int_experiment_variants') }}
),

counted as (
    select
        experiment_id,
        count(*) as customers,
        count(*) - count(assigned_at) as without_start
    from subjects
    group by experiment_id
),

problems as (
    select experiment_id, 'not_in_register' as problem, 'nobody has registered it' as detail
    from experiments
    where not is_registered
    union all
    select
        experiment_id, 'unknown_metric',
        concat('its metric ', coalesce(metric, '(none)'), ' is none of experiments')
    from experiments
    where
        is_registered
        and experiment_id not in (select metrics.experiment_id from metrics where metrics.is_hypothesis)
    union all
    select experiment_id, 'no_assignments', concat('it starts on ', starts_on, ' and nobody is in it')
    from experiments
    where starts_on is not null and experiment_id not in (select counted.experiment_id from counted)
    union all
    select experiment_id, 'no_start', concat(without_start, ' customers are in it since no known day')
    from counted
    where without_start > 0
    union all
    select experiment_id, 'unreadable_split', concat('its planned_split is not read: ', planned_split)
    from experiments
    where experiment_id in (select splits.experiment_id from splits where not splits.is_readable)
    union all
    select
        variants.experiment_id, 'unplanned_variant',
        concat('its planned_split has no variant ', variants.variant)
    from variants
    inner join splits on variants.experiment_id = splits.experiment_id and splits.is_readable
    where variants.planned_share is null
    group by variants.experiment_id, variants.variant
    union all
    select variants.experiment_id, 'unassigned_variant', concat('nobody is in its variant ', variants.variant)
    from variants
    inner join counted on variants.experiment_id = counted.experiment_id
    where variants.subjects = 0
    union all
    select
        experiments.experiment_id, 'no_control',
        concat('nobody is in its control, ', experiments.control_variant)
    from experiments
    inner join counted on experiments.experiment_id = counted.experiment_id
    left join variants
        on experiments.experiment_id = variants.experiment_id
        and experiments.control_variant = variants.variant
    where coalesce(variants.subjects, 0) = 0
)

select * from problems

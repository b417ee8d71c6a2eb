{{ config(materialized='table') }}

with subjects as (
    select * from {{ ref('int_experiment_subjects') }}
    where variant is not null
),

splits as (
    select * from {{ ref('int_experiment_splits') }}
),

counted as (
    select experiment_id, variant, count(*) as subjects
    from subjects
    group by experiment_id, variant
),

planned as (
    select experiment_id, variant, weight from splits
    where is_readable
    union all
    -- Equal shares of who is there, where no plan says otherwise.
    select experiment_id, variant, 1 from counted
    where experiment_id not in (select splits.experiment_id from splits)
),

variants as (
    select
        coalesce(planned.experiment_id, counted.experiment_id) as experiment_id,
        coalesce(planned.variant, counted.variant) as variant,
        coalesce(counted.subjects, 0) as subjects,
        planned.weight / sum(planned.weight) over (
            partition by coalesce(planned.experiment_id, counted.experiment_id)
        ) as planned_share
    from planned
    full outer join counted
        on planned.experiment_id = counted.experiment_id
        and planned.variant = counted.variant
)

select * from variants

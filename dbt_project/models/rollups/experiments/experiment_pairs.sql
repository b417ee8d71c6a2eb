with arms as (
    select * from {{ ref('experiment_arms') }}
),

metrics as (
    select * from {{ ref('int_experiment_metrics') }}
),

experiments as (
    select * from {{ ref('int_experiments') }}
),

paired as (
    select
        arms.*,
        metrics.kind,
        experiments.minimum_sample,
        control.subjects as subjects_control,
        control.numerator as numerator_control,
        control.value as value_control,
        control.yy as yy_control,
        control.xx as xx_control,
        control.xy as xy_control,
        arms.value - control.value as lift,
        arms.mean_before - control.mean_before as lift_before,
        (arms.xy + control.xy) / nullif(arms.xx + control.xx, 0) as theta,
        {{ value_variance('arms', 'metrics.kind') }} as variance,
        {{ value_variance('control', 'metrics.kind') }} as variance_control
    from arms
    inner join experiments on arms.experiment_id = experiments.experiment_id
    inner join metrics on arms.experiment_id = metrics.experiment_id and arms.metric = metrics.metric
    inner join arms as control
        on arms.experiment_id = control.experiment_id
        and arms.metric = control.metric
        and experiments.control_variant = control.variant
    where arms.variant <> experiments.control_variant
)

select * from paired

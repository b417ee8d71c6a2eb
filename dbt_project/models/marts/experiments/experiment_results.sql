with arms as (
    select * from {{ ref('experiment_arms') }}
),

metrics as (
    select * from {{ ref('int_experiment_metrics') }}
),

experiments as (
    select * from {{ ref('dim_experiments') }}
),

lifts as (
    select * from {{ ref('experiment_lifts') }}
),

adjusted as (
    {{ holm('lifts', family=['experiment_id']) | indent }}
),

compared as (
    select
        arms.*,
        {{ (['p_adjusted'] + lift_scores()) | join(', ') }},
        metrics.kind,
        arms.subjects >= {{ var('min_responses') }} as is_reportable,
        metrics.is_hypothesis and arms.variant <> experiments.control_variant as is_hypothesis,
        sum(arms.subjects_immature) over (partition by arms.experiment_id, arms.metric) = 0 as is_mature,
        min(arms.subjects) over (partition by arms.experiment_id, arms.metric) as fewest_subjects,
        coalesce(experiments.hypothesis, arms.experiment_id) as hypothesis,
        experiments.sample_ratio_p,
        experiments.excluded_subjects,
        experiments.sample_status,
        experiments.minimum_sample,
        experiments.expected_effect
    from arms
    inner join metrics on arms.experiment_id = metrics.experiment_id and arms.metric = metrics.metric
    inner join experiments on arms.experiment_id = experiments.experiment_id
    left join adjusted
        on arms.experiment_id = adjusted.experiment_id
        and arms.metric = adjusted.metric
        and arms.variant = adjusted.variant
),

judged as (
    select
        *,
        {{ verdict_reason() | indent(8) }} as verdict_reason
    from compared
),

results as (
    select
        experiment_id, hypothesis, metric, variant, kind, is_hypothesis,
        cast(subjects_assigned as bigint) as subjects_assigned,
        cast(subjects_immature as bigint) as subjects_immature,
        cast(subjects as bigint) as subjects,
        {{ score('value') }} as value,
        lift, lift_ci_low, lift_ci_high, lift_relative, lift_relative_ci_low, lift_relative_ci_high,
        lift_any_time_low, lift_any_time_high, p, p_adjusted,
        lift_adjusted, lift_adjusted_ci_low, lift_adjusted_ci_high, p_of_adjusted, variance_kept, p_before,
        sample_ratio_p, excluded_subjects, is_mature,
        {{ verdict() | indent(8) }} as verdict,
        verdict_reason,
        is_reportable
    from judged
)

select * from results

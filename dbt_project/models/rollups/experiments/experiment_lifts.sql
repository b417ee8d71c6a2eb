with pairs as (
    select * from {{ ref('experiment_pairs') }}
    where subjects >= {{ var('min_responses') }} and subjects_control >= {{ var('min_responses') }}
),

variances as (
    select
        *,
        lift - theta * lift_before as lift_adjusted,
        1 - power(xy + xy_control, 2) / nullif((xx + xx_control) * (yy + yy_control), 0) as variance_kept,
        {{ mean_variance(squares_adjusted(), 'subjects') }} as variance_adjusted,
        {{ mean_variance(squares_adjusted('_control'), 'subjects_control') }} as variance_adjusted_control,
        {{ mean_variance('xx', 'subjects') }} as variance_before,
        {{ mean_variance('xx_control', 'subjects_control') }} as variance_before_control
    from pairs
),

errors as (
    select
        *,
        nullif(sqrt(variance + variance_control), 0) as se,
        case when value_control > {{ z_95() }} * sqrt(variance_control) then lift / value_control end
            as lift_relative,
        nullif(sqrt(variance_adjusted + variance_adjusted_control), 0) as se_adjusted,
        nullif(sqrt(variance_before + variance_before_control), 0) as se_before,
        {{ welch_freedom('variance') }} as freedom,
        {{ welch_freedom('variance_adjusted') }} as freedom_adjusted,
        {{ welch_freedom('variance_before') }} as freedom_before
    from variances
),

deviates as (
    select
        *,
        case kind
            when 'rate'
                then {{ two_proportion_z('numerator', 'subjects', 'numerator_control', 'subjects_control') }}
            when 'mean' then {{ normal_of_t('(lift / se)', 'freedom') }}
            else lift / se
        end as z,
        {{ normal_of_t('(lift_adjusted / se_adjusted)', 'freedom_adjusted') }} as z_adjusted,
        {{ normal_of_t('(lift_before / se_before)', 'freedom_before') }} as z_before,
        se * case when kind = 'mean' then {{ t_95('freedom') }} else {{ z_95() }} end as width,
        se * {{ any_time_width('(subjects + subjects_control)', '(2e0 * minimum_sample)') }}
            as any_time_width,
        se_adjusted * {{ t_95('freedom_adjusted') }} as width_adjusted
    from errors
),

measured as (
    select
        *,
        {{ two_sided_p('z') }} as p,
        {{ two_sided_p('z_adjusted') }} as p_of_adjusted,
        {{ two_sided_p('z_before') }} as p_before,
        lift - width as lift_ci_low,
        lift + width as lift_ci_high,
        lift_relative - width / se * {{ relative_lift_se() }} as lift_relative_ci_low,
        lift_relative + width / se * {{ relative_lift_se() }} as lift_relative_ci_high,
        lift - any_time_width as lift_any_time_low,
        lift + any_time_width as lift_any_time_high,
        lift_adjusted - width_adjusted as lift_adjusted_ci_low,
        lift_adjusted + width_adjusted as lift_adjusted_ci_high
    from deviates
),

lifts as (
    select
        experiment_id,
        metric,
        variant,
        {{ roundings(lift_scores()) }}
    from measured
)

select * from lifts

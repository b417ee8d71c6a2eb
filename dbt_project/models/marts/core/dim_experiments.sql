with experiments as (
    select * from {{ ref('int_experiments') }}
),

subjects as (
    select * from {{ ref('int_experiment_subjects') }}
),

ratios as (
    select * from {{ ref('int_experiment_sample_ratios') }}
),

problems as (
    select * from {{ ref('int_experiment_problems') }}
),

counted as (
    select
        experiment_id,
        count(variant) as subjects,
        count(*) - count(variant) as excluded_subjects
    from subjects
    group by experiment_id
),

told as (
    select experiment_id, problem, detail from problems
    union all
    select experiment_id, 'sample_ratio', 'its customers are split otherwise than planned' from ratios
    where p < {{ var('sample_ratio_alarm_p') }}
),

listed as (
    select
        experiment_id,
        {{ texts_in_order('detail', ', ', 'problem, detail') }} as problems,
        bool_or(problem = 'sample_ratio') as is_skewed,
        bool_or(problem = 'unreadable_split') as is_unreadable
    from told
    group by experiment_id
),

sampled as (
    select
        experiments.*,
        cast(experiments.impact * experiments.confidence * experiments.ease as decimal(18, 6)) as priority,
        coalesce(counted.subjects, 0) as subjects,
        coalesce(counted.excluded_subjects, 0) as excluded_subjects,
        cast(ratios.p as double) as sample_ratio_p,
        listed.problems,
        case
            when listed.is_skewed then 'sample_ratio'
            when counted.excluded_subjects
                > {{ var('doubly_assigned_share') }} * (counted.subjects + counted.excluded_subjects)
                then 'doubly_assigned'
            when listed.is_unreadable then 'unchecked'
            when counted.subjects > 0 then 'sound'
            else 'empty'
        end as sample_status
    from experiments
    left join counted on experiments.experiment_id = counted.experiment_id
    left join ratios on experiments.experiment_id = ratios.experiment_id
    left join listed on experiments.experiment_id = listed.experiment_id
),

described as (
    select
        experiment_id, hypothesis, evidence, metric, status, control_variant, planned_split, is_registered,
        sample_status, problems, expected_effect, impact, confidence, ease, priority, minimum_sample,
        window_days, subjects, excluded_subjects, sample_ratio_p, starts_on, ends_on
    from sampled
)

select * from described

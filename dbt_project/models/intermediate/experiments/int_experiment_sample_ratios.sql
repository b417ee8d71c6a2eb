{{ config(materialized='table') }}

with variants as (
    select * from {{ ref('int_experiment_variants') }}
),

expected as (
    select
        *,
        planned_share * sum(subjects) over (partition by experiment_id) as expected_subjects,
        row_number() over (partition by experiment_id order by variant) - 1 as step
    from variants
),

tested as (
    select
        experiment_id,
        sum(subjects) as subjects,
        count(*) - 1 as degrees_of_freedom,
        -- Who is in a variant that the plan does not know of cannot be there by chance.
        count(planned_share) > 0 and count(planned_share) < count(*) and sum(subjects) > 0 as is_impossible,
        case
            when count(planned_share) = count(*)
                then sum(power(subjects - expected_subjects, 2) / nullif(expected_subjects, 0))
        end as chi_square
    from expected
    group by experiment_id
),

steps as (
    -- ln Γ(step ÷ 2 + 1), by Γ(x + 1) = xΓ(x) from Γ(1) = 1 and Γ(½) = √π.
    select
        experiment_id,
        step,
        coalesce(sum(ln(nullif(step, 0) / 2e0)) over (
            partition by experiment_id, mod(step, 2) order by step
        ), 0) + mod(step, 2) * 0.5723649429247001e0 as log_gamma
    from expected
),

tails as (
    -- Q(x, d + 2) = Q(x, d) + (x ÷ 2)^(d ÷ 2) e^(−x ÷ 2) ÷ Γ(d ÷ 2 + 1); Q(x, 0) = 0, Q(x, 1) is a normal's.
    select
        tested.experiment_id,
        mod(max(tested.degrees_of_freedom), 2)
        * coalesce({{ two_sided_p('sqrt(max(tested.chi_square))') }}, 0)
        + coalesce(sum(exp(
            steps.step / 2e0 * ln(tested.chi_square / 2) - tested.chi_square / 2 - steps.log_gamma
        )), 0) as p
    from tested
    left join steps
        on tested.experiment_id = steps.experiment_id
        and steps.step <= tested.degrees_of_freedom - 2
        and mod(tested.degrees_of_freedom - steps.step, 2) = 0
    where tested.chi_square > 0
    group by tested.experiment_id
),

ratios as (
    select
        tested.experiment_id,
        tested.subjects,
        tested.chi_square,
        case
            when tested.is_impossible then 0
            when tested.chi_square = 0 and tested.degrees_of_freedom > 0 then 1
            when tested.degrees_of_freedom > 0 then {{ rounded('tails.p') }}
        end as p
    from tested
    left join tails on tested.experiment_id = tails.experiment_id
)

select * from ratios

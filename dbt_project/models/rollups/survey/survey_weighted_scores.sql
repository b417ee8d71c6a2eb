{{ config(materialized='table') }}

with answers as (
    select * from {{ ref('survey_answers_by_cell') }}
),

weights as (
    select * from {{ ref('survey_weights') }}
),

weighted as (
    select
        answers.metric,
        answers.period_grain,
        answers.period_start,
        answers.segment_type,
        answers.segment,
        {{ exact_sum('answers.responses * weights.weight') }} as weight_sum,
        {{ exact_sum('answers.responses * weights.weight * weights.weight') }} as weight_square_sum,
        {{ exact_sum('answers.positives * weights.weight') }} as positive_weight,
        {{ exact_sum('answers.negatives * weights.weight') }} as negative_weight
    from answers
    inner join weights
        on answers.population_id = weights.population_id and answers.cell_id = weights.cell_id
    group by all
),

effective as (
    select
        metric,
        period_grain,
        period_start,
        segment_type,
        segment,
        weight_sum * weight_sum / weight_square_sum as effective_responses,
        positive_weight * weight_sum / weight_square_sum as effective_positives,
        negative_weight * weight_sum / weight_square_sum as effective_negatives
    from weighted
)

select * from effective

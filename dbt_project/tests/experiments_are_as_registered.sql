-- What a hypothesis names is there, what is assigned is registered, and customers are split as planned.
{{ config(severity='warn', meta={
    'remedy': 'Correct its row of seeds/experiments.csv, or what the testing tool lands in experiments.'
}) }}
with problems as (
    select * from {{ ref('int_experiment_problems') }}
),

experiments as (
    select * from {{ ref('dim_experiments') }}
),

wrong as (
    select concat('of experiment ', experiment_id, ': ', detail) as sentence
    from problems
    union all
    select concat('of experiment ', experiment_id, ': its customers are split otherwise than planned')
    from experiments
    where sample_status = 'sample_ratio'
)

select * from wrong

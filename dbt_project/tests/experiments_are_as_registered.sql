-- What a hypothesis names is there, what is assigned is registered, and customers are split as planned.
{{ config(severity='warn', meta={
    'remedy': 'Correct its row of seeds/experiments.csv, or what the testing tool lands in experiments.'
}) }}
with experiments as (
    select * from {{ ref('dim_experiments') }}
)

select concat('of experiment ', experiment_id, ': ', problems) as sentence from experiments
where problems is not null

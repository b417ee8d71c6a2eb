{{ config(materialized='table') }}

with margins as (
    select * from {{ ref('raking_margins') }}
),

raked as (
    {{ rake('margins', steps=var('raking_steps')) | indent }}
),

gaps as (
    select
        raked.population_id,
        abs({{ exact_sum('raked.responses * raked.weight') }} / any_value(margins.target) - 1) as gap
    from raked
    inner join margins
        on raked.population_id = margins.population_id and raked.cell_id = margins.cell_id
    group by raked.population_id, margins.type_rank, margins.segment
),

converged as (
    select population_id from gaps
    group by population_id
    having max(gap) <= {{ var('raking_tolerance') }}
),

cells as (
    select
        raked.*,
        {{ rounded('raked.responses * raked.weight') }} as raked_responses,
        converged.population_id is not null as is_converged
    from raked
    left join converged on raked.population_id = converged.population_id
)

select * from cells

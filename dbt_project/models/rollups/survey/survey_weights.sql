{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('raked_cells') }}
    where is_converged
),

ordered as (
    select
        *,
        sum(responses) over (partition by population_id) as responses_total,
        sum(responses) over (
            partition by population_id
            order by weight, cell_id rows between unbounded preceding and current row
        ) as responses_up_to
    from cells
),

medians as (
    select
        population_id,
        avg(weight) as weight_median
    from ordered
    where
        2 * responses_up_to >= responses_total
        and 2 * (responses_up_to - responses) <= responses_total
    group by population_id
),

trimmed as (
    select
        cells.population_id,
        cells.cell_id,
        least(cells.weight, {{ var('weight_trim') }} * medians.weight_median) as weight
    from cells
    inner join medians on cells.population_id = medians.population_id
)

select * from trimmed

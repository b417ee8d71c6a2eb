{{ config(materialized='table') }}

with respondents as (
    select * from {{ ref('survey_answers_by_cell') }}
    where segment_type = 'all'
),

memberships as (
    select distinct cell_id, segment_type, segment, type_rank, types
    from {{ ref('weighting_cells') }}
),

base as (
    select
        customers.period_grain,
        customers.period_start,
        memberships.segment_type,
        memberships.segment,
        sum(customers.customers) as customers
    from {{ ref('customer_base_by_cell') }} as customers
    inner join memberships on customers.cell_id = memberships.cell_id
    group by all
),

matched as (
    select
        respondents.population_id,
        respondents.cell_id,
        respondents.responses,
        memberships.segment_type,
        memberships.segment,
        memberships.type_rank,
        memberships.types,
        base.customers,
        count(*) over (partition by respondents.population_id, respondents.cell_id) as types_in_base
    from respondents
    inner join memberships on respondents.cell_id = memberships.cell_id
    inner join base
        on respondents.period_grain = base.period_grain
        and respondents.period_start is not distinct from base.period_start
        and memberships.segment_type = base.segment_type
        and memberships.segment = base.segment
),

present as (
    select
        *,
        row_number() over (partition by population_id, segment_type, segment order by cell_id) = 1
            as is_first_of_segment
    from matched
    where types_in_base = types
),

totals as (
    select
        *,
        sum(responses) over population as responses_total,
        sum(case when is_first_of_segment then customers end) over population as customers_total
    from present
    window population as (partition by population_id, segment_type)
),

targets as (
    select
        population_id,
        cell_id,
        responses,
        type_rank,
        types,
        segment,
        cast(customers * responses_total as double) / customers_total as target
    from totals
)

select * from targets

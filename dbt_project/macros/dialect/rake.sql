{#- Raking (iterative proportional fitting, Deming and Stephan 1940): each step scales the weights so that
    one segment type meets its targets, the types taking turns. `margins` has a row for each cell and
    segment type of a population: population_id, cell_id, responses, type_rank from 1, types, segment
    and target. -#}
{% macro rake(margins, steps) -%} {{ return(adapter.dispatch('rake')(margins, steps)) }} {%- endmacro %}

{#- A recursion, since DuckDB plans 40 nested windows in no bearable time. -#}
{% macro default__rake(margins, steps) -%}
    with recursive raking as (
        {{ unraked(margins) | indent }}
        union all
        {{ rake_step('raking', margins) | indent }}
        where raking.step < {{ steps }} and margins.type_rank = raking.step % margins.types + 1
    )

    select population_id, cell_id, responses, weight
    from raking
    where step = {{ steps }}
{%- endmacro %}

{#- Step by step, since a recursion of Spark has no windows. -#}
{% macro spark__rake(margins, steps) -%}
    with raking_0 as (
        {{ unraked(margins) | indent }}
    ),
    {%- for step in range(steps) %}

    raking_{{ step + 1 }} as (
        {{ rake_step('raking_' ~ step, margins) | indent }}
        where margins.type_rank = {{ step }} % margins.types + 1
    ){{ ',' if not loop.last }}
    {%- endfor %}

    select population_id, cell_id, responses, weight from raking_{{ steps }}
{%- endmacro %}

{#- Cells before the first step. -#}
{% macro unraked(margins) -%}
    select population_id, cell_id, responses, 1e0 as weight, 0 as step
    from {{ margins }}
    where type_rank = 1
{%- endmacro %}

{#- Cells of a step, from those before it. -#}
{% macro rake_step(raking, margins) -%}
    select
        {{ raking }}.population_id,
        {{ raking }}.cell_id,
        {{ raking }}.responses,
        {{ raking }}.weight * margins.target / {{ exact_sum(
            raking ~ '.responses * ' ~ raking ~ '.weight',
            over='over (partition by ' ~ raking ~ '.population_id, margins.segment)'
        ) }} as weight,
        {{ raking }}.step + 1 as step
    from {{ raking }}
    inner join {{ margins }} as margins
        on {{ raking }}.population_id = margins.population_id and {{ raking }}.cell_id = margins.cell_id
{%- endmacro %}

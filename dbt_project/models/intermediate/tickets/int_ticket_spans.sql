{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('stg_tickets__ticket_versions') }}
),

-- Before the first version of a ticket its agent and group are those of the first version.
spans as (
    select
        ticket_id,
        nullif(agent_id, '') as agent_id,
        group_name,
        priority,
        case
            when lag(updated_at) over ticket_history is null then {{ beginning_of_time() }}
            else updated_at
        end as valid_from,
        {{ until_next('updated_at', 'ticket_history') }} as valid_to
    from versions
    window ticket_history as (partition by ticket_id order by updated_at)
)

select * from spans

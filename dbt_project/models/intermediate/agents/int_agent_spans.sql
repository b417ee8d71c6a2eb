with versions as (
    select * from {{ ref('stg_tickets__agent_versions') }}
    where exclusion_reason is null
),

-- Before the first version of an agent the first version counts.
spans as (
    select
        agent_id,
        nullif(trim(group_name), '') as group_name,
        nullif(trim(role), '') as role,
        case
            when lag(updated_at) over agent_history is null then {{ beginning_of_time() }}
            else updated_at
        end as valid_from,
        {{ until_next('updated_at', 'agent_history') }} as valid_to
    from versions
    window agent_history as (partition by agent_id order by updated_at)
)

select * from spans

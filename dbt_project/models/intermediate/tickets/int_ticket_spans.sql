with versions as (
    select * from {{ ref('stg_tickets__ticket_versions') }}
),

spans as (
    select
        ticket_id,
        group_name,
        case
            when lag(updated_at) over ticket_history is null then {{ beginning_of_time() }}
            else updated_at
        end as valid_from,
        coalesce(lead(updated_at) over ticket_history, {{ end_of_time() }}) as valid_to
    from versions
    window ticket_history as (partition by ticket_id order by updated_at)
)

select * from spans

with source as (
    select * from {{ source('raw_tickets', 'tickets') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

versions as (
    select
        ticket_id,
        updated_at,
        customer_id,
        subject,
        channel,
        priority,
        group_name,
        agent_id,
        created_at,
        follow_up_of_ticket_id,
        status,
        {{ plausible('first_replied_at') }} as first_replied_at,
        {{ plausible('solved_at') }} as solved_at,
        tags,
        is_deleted,
        _extra,
        updated_at >= clock.events_until as is_ahead,
        coalesce(
            {{ time_exclusion(first='created_at', last='created_at') }},
            case when is_deleted then 'deleted' end
        ) as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('ticket_id, updated_at') }}
)

select * from versions

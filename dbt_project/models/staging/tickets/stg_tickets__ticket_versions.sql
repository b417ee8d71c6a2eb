with source as (
    select * from {{ source('raw_tickets', 'tickets') }}
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
        _extra,
        _row_hash
    from source
    qualify {{ is_newest('ticket_id, updated_at') }}
)

select * from versions

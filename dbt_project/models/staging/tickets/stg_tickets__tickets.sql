with source as (
    select * from {{ source('raw_tickets', 'tickets') }}
),

newest as (
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
        _row_hash
    from source
    qualify {{ is_newest('ticket_id', version='updated_at') }}
)

select * from newest

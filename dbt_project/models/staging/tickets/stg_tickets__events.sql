with source as (
    select * from {{ source('raw_tickets', 'events') }}
),

newest as (
    select
        event_id,
        ticket_id,
        event_type,
        actor_type,
        actor_id,
        old_status,
        new_status,
        occurred_at,
        _row_hash
    from source
    qualify {{ is_newest('event_id') }}
)

select * from newest

with source as (
    select * from {{ source('raw_tickets', 'events') }}
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
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
        {{ time_exclusion(first='occurred_at', last='occurred_at') }} as exclusion_reason,
        _row_hash
    from source
    cross join clock
    qualify {{ is_newest('event_id') }}
)

select * from newest

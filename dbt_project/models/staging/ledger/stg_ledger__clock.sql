{{ config(materialized='table') }}

with files as (
    select * from {{ source('ledger', 'files') }}
),

newest as (
    select max(loaded_at) as known_at from files
),

clock as (
    select
        cast('{{ var("events_from") }}' as timestamp) as events_from,
        -- A day more, since a local time without its offset may be ahead of UTC by 14 hours.
        {{ dbt.dateadd('day', 1, 'known_at') }} as events_until
    from newest
)

select * from clock

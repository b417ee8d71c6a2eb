{{ config(materialized='table') }}

with files as (
    select * from {{ source('ledger', 'files') }}
),

newest as (
    -- A day more, since a local time without its offset may be ahead of UTC by 14 hours.
    select {{ dbt.dateadd('day', 1, 'max(loaded_at)') }} as known_until from files
),

ahead as (
    {{ first_instants_beyond('newest', 'known_until') | indent }}
),

clock as (
    select
        cast('{{ var("events_from") }}' as timestamp) as events_from,
        case
            when max(newest.known_until) is not null then coalesce(min(ahead.instant), {{ end_of_time() }})
        end as events_until
    from newest
    left join ahead on true
)

select * from clock

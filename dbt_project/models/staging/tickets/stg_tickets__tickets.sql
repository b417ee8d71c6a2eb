{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('stg_tickets__ticket_versions') }}
),

newest as (
    select * from versions
    qualify row_number() over (partition by ticket_id order by is_ahead asc, updated_at desc) = 1
)

select * from newest

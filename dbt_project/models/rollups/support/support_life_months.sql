{{ config(materialized='table') }}

{%- set month_days = var('support_match_days') %}

with lives as (
    select *, least(end_day, coalesce(contact_day, end_day)) as exit_day
    from {{ ref('support_lives') }}
),

interactions as (
    select * from {{ ref('interactions') }}
    where kind not in ('ticket', 'call', 'follow_up')
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

cells as (
    select distinct profile_id, cell_id from {{ ref('weighting_cells') }}
),

months as (
    select
        *,
        {{ whole_numbers(0, 'cast(floor(exit_day / ' ~ month_days ~ ') as bigint)') }} as month
    from lives
),

begun as (
    select
        *,
        started_at + month * interval '{{ month_days }}' day as begins_at
    from months
),

seen as (
    select
        lives.customer_id,
        {{ whole_days('lives.started_at', 'interactions.occurred_at') }} as day
    from lives
    inner join interactions on lives.customer_id = interactions.customer_id
),

active as (
    select distinct
        customer_id,
        cast(floor(cast(day as double) / {{ month_days }}) as bigint) + 1 as month
    from seen
),

described as (
    select
        begun.customer_id,
        begun.month,
        cells.cell_id,
        concat(coalesce(cells.cell_id, ''), case when active.month is null then ' idle' else ' active' end)
            as cell,
        case
            when floor(cast(begun.contact_day as double) / {{ month_days }}) = begun.month
                then begun.contact_day
        end as contact_day
    from begun
    left join spans on {{ as_of_span('begun', 'begun.begins_at', 'spans') }}
    left join cells on coalesce(spans.segment_profile_id, {{ unknown_profile() }}) = cells.profile_id
    left join active on begun.customer_id = active.customer_id and begun.month = active.month
)

select * from described

{{ config(materialized='table') }}

with events as (
    select * from {{ ref('int_web_events_sessioned') }}
),

signed_in as (
    select
        visitor_id,
        count(distinct customer_id) as customers,
        case when count(distinct customer_id) = 1 then min(customer_id) end as customer_id
    from events
    where customer_id is not null
    group by visitor_id
)

select * from signed_in

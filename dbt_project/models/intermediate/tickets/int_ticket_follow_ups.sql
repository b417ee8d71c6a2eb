with tickets as (
    select * from {{ ref('stg_tickets__tickets') }}
),

follow_ups as (
    select
        follow_up_of_ticket_id as ticket_id,
        count(*) as follow_ups
    from tickets
    where follow_up_of_ticket_id is not null and exclusion_reason is null
    group by follow_up_of_ticket_id
)

select * from follow_ups

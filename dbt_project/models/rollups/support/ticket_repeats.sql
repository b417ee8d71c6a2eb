{%- set window = "interval '" ~ var('repeat_contact_days') ~ "' day" %}
{%- set within = "order by instant range between interval '1' microsecond following and interval '"
    ~ var('repeat_contact_days') * 86400 ~ "' second following" %}

with tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

calls as (
    select * from {{ ref('fct_calls') }}
    where exclusion_reason is null and not is_short_abandon
),

horizon as (
    select * from {{ ref('ticket_horizon') }}
),

solves as (
    select tickets.*, tickets.first_resolved_at + {{ window }} <= horizon.known_until as is_mature
    from tickets
    cross join horizon
    where
        tickets.is_solved
        and tickets.first_resolution_minutes is not null
        and tickets.customer_id is not null
),

moments as (
    select null as ticket_id, customer_id, group_name, 1 as contacts, created_at as instant from tickets
    union all
    select null, calls.customer_id, tickets.group_name, 1, calls.queued_at
    from calls
    left join tickets on calls.ticket_id = tickets.ticket_id
    union all
    select ticket_id, customer_id, group_name, 0, first_resolved_at from solves
),

-- A contact of which no group is known may have been about the same, and so may any after such a ticket.
counted as (
    select
        ticket_id,
        case
            when group_name is null then sum(contacts) over (partition by customer_id {{ within }})
            else coalesce(sum(contacts) over (partition by customer_id, group_name {{ within }}), 0)
                + coalesce(
                    sum(contacts) filter (where group_name is null)
                        over (partition by customer_id {{ within }}),
                    0
                )
        end as contacts_after
    from moments
    where customer_id is not null
),

followed_up as (
    select distinct solves.ticket_id
    from solves
    inner join tickets as follow_ups
        on solves.ticket_id = follow_ups.follow_up_of_ticket_id
        and solves.first_resolved_at < follow_ups.created_at
        and solves.first_resolved_at + {{ window }} >= follow_ups.created_at
),

repeats as (
    select
        solves.ticket_id,
        solves.is_mature,
        case
            when solves.is_mature
                then coalesce(counted.contacts_after, 0) > 0 or followed_up.ticket_id is not null
        end as is_repeated
    from solves
    inner join counted on solves.ticket_id = counted.ticket_id
    left join followed_up on solves.ticket_id = followed_up.ticket_id
)

select * from repeats

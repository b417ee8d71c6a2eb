{{ config(materialized='table') }}

with interactions as (
    select * from {{ ref('interactions') }}
    where kind not in ('answer', 'session')
),

tickets as (
    select * from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

changes as (
    select * from {{ ref('int_ticket_status_changes') }}
    where is_reopen
),

orders as (
    select * from {{ ref('stg_orders__orders') }}
    where exclusion_reason is null
),

terms as (
    select * from {{ ref('subscription_terms') }}
    where is_renewed
),

clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

about as (
    select 'ticket' as kind, ticket_id as source_id, ticket_id from tickets
    union all
    select 'call', call_id, ticket_id from {{ ref('fct_calls') }}
    union all
    select 'follow_up', follow_ups.follow_up_id, answers.ticket_id
    from {{ ref('stg_crm__follow_ups') }} as follow_ups
    inner join {{ ref('fct_survey_responses') }} as answers on follow_ups.response_id = answers.response_id
),

happened as (
    select interactions.kind as anchor, interactions.customer_id, interactions.occurred_at, about.ticket_id
    from interactions
    left join about on interactions.kind = about.kind and interactions.source_id = about.source_id
    union all
    select
        'reopen', tickets.customer_id, greatest(changes.occurred_at, tickets.created_at), tickets.ticket_id
    from changes
    inner join tickets on changes.ticket_id = tickets.ticket_id
    union all
    select 'late_delivery', customer_id, greatest(promised_at, ordered_at), null
    from orders
    where delivered_at > promised_at
    union all
    select
        'return',
        orders.customer_id,
        case
            when orders.total_amount < 0 then orders.ordered_at
            else {{ plausible('orders.updated_at') }}
        end,
        null
    from orders
    cross join clock
    where orders.status = 'returned'
    union all
    select 'renewal', customer_id, due_at, null
    from terms
),

dated as (
    select * from happened
    where customer_id is not null and occurred_at is not null
)

select * from dated

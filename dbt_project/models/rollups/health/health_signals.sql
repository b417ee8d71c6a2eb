{{ config(materialized='table') }}

with dates as (
    select
        dates.as_of,
        components.component,
        {{ dbt.dateadd('day', '-components.window_days', 'dates.as_of') }} as since
    from {{ ref('health_dates') }} as dates
    cross join {{ ref('health_components') }} as components
    where components.window_days is not null
),

contacts as (
    select * from {{ ref('interactions') }}
    where kind in ('ticket', 'call')
),

texts as (
    select * from {{ ref('fct_texts') }}
    where sentiment is not null and not is_repeat and customer_id is not null
),

-- A payment is overdue once, in however many versions it is.
past_dues as (
    select
        *,
        coalesce(lag(valid_to) over history = valid_from, false) as goes_on
    from {{ ref('int_subscription_spans') }}
    where is_past_due
    window history as (partition by subscription_id order by valid_from)
),

tickets as (
    select * from {{ ref('fct_tickets') }}
    where customer_id is not null
),

open_spans as (
    select * from {{ ref('ticket_states') }}
    where is_open
),

signals as (
    select
        dates.as_of, contacts.customer_id,
        1 as support_contacts, 0 as open_tickets, 0 as missed_payments, 0 as texts, 0 as sentiment
    from contacts
    inner join dates
        on dates.component = 'support'
        and contacts.occurred_at >= dates.since and contacts.occurred_at < dates.as_of
    union all
    select dates.as_of, tickets.customer_id, 0, 1, 0, 0, 0
    from open_spans
    inner join tickets on open_spans.ticket_id = tickets.ticket_id
    inner join dates on dates.component = 'support' and {{ in_span('dates.as_of', 'open_spans') }}
    union all
    select dates.as_of, past_dues.customer_id, 0, 0, 1, 0, 0
    from past_dues
    inner join dates
        on dates.component = 'payment'
        and past_dues.valid_from < dates.as_of and past_dues.valid_to > dates.since
        and (not past_dues.goes_on or past_dues.valid_from <= dates.since)
    union all
    select dates.as_of, texts.customer_id, 0, 0, 0, 1, cast(texts.sentiment as decimal(18, 9))
    from texts
    inner join dates
        on dates.component = 'sentiment'
        and texts.happened_at >= dates.since and texts.happened_at < dates.as_of
),

summed as (
    select
        as_of,
        customer_id,
        {{ sums('signals', ['support_contacts', 'open_tickets', 'missed_payments', 'texts', 'sentiment']) }}
    from signals
    group by as_of, customer_id
)

select * from summed

{{ config(materialized='table') }}

{%- set lost = exact_sum('stakes.amount', 'filter (where stakes.exit in ' ~ support_losses() ~ ')') %}
{%- set contacted = exact_sum('stakes.amount', "filter (where stakes.exit = 'contacted')") %}

with months as (select * from {{ ref('support_life_months') }}),

stakes as (select * from {{ ref('support_stakes') }}),

held as (
    select customer_id, measure, {{ exact_sum('amount') }} as amount
    from stakes
    where is_contacted
    group by customer_id, measure
),

contacts as (
    select
        months.month,
        months.cell,
        held.measure,
        months.contact_day,
        {{ exact_sum('held.amount') }} as amount
    from months
    inner join held on months.customer_id = held.customer_id
    where months.contact_day is not null
    group by months.month, months.cell, held.measure, months.contact_day
),

-- However they end: with a row for each way, 141 thousand customers have 15.4 million pairs, not 9.8.
ends as (
    select
        months.month,
        months.cell,
        stakes.measure,
        stakes.day,
        {{ exact_sum('stakes.amount') }} as amount,
        coalesce({{ lost }}, 0) as lost,
        coalesce({{ contacted }}, 0) as contacted
    from months
    inner join stakes on months.customer_id = stakes.customer_id
    where not stakes.is_contacted
    group by months.month, months.cell, stakes.measure, stakes.day
),

-- Contacts of a day for each who is still there after it.
weights as (
    select
        month,
        cell,
        measure,
        contacts.contact_day,
        contacts.amount / nullif({{ exact_sum('ends.amount') }}, 0) as weight
    from contacts
    inner join ends using (month, cell, measure)
    where contacts.contact_day < ends.day
    group by month, cell, measure, contacts.contact_day, contacts.amount
),

paired as (
    select
        month,
        cell,
        measure,
        weights.contact_day,
        ends.day,
        ends.day - weights.contact_day as lag_days,
        ends.amount,
        ends.lost,
        ends.contacted,
        weights.weight
    from weights
    inner join ends using (month, cell, measure)
    where weights.contact_day < ends.day and weights.weight > 0
)

select * from paired

{{ config(materialized='table') }}

with months as (
    select * from {{ ref('support_life_months') }}
),

stakes as (
    select * from {{ ref('support_stakes') }}
),

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

-- Those who are still there alike are one row: 27 thousand months of customers of the sample are 15 thousand.
classes as (
    select
        months.month,
        months.cell,
        stakes.measure,
        stakes.day,
        stakes.exit,
        {{ exact_sum('stakes.amount') }} as amount
    from months
    inner join stakes on months.customer_id = stakes.customer_id
    where not stakes.is_contacted
    group by months.month, months.cell, stakes.measure, stakes.day, stakes.exit
),

-- Contacts of a day for each who is still there after it.
weights as (
    select
        month,
        cell,
        measure,
        contacts.contact_day,
        contacts.amount / nullif({{ exact_sum('classes.amount') }}, 0) as weight
    from contacts
    inner join classes using (month, cell, measure)
    where contacts.contact_day < classes.day
    group by month, cell, measure, contacts.contact_day, contacts.amount
),

paired as (
    select
        month,
        cell,
        measure,
        weights.contact_day,
        classes.day,
        classes.exit,
        classes.day - weights.contact_day as lag_days,
        classes.amount,
        weights.weight
    from weights
    inner join classes using (month, cell, measure)
    where weights.contact_day < classes.day and weights.weight > 0
)

select * from paired

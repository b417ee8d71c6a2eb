{{ config(materialized='table') }}

with months as (
    select * from {{ ref('support_life_months') }}
),

contacts as (
    select month, cell, contact_day, count(*) as contacts
    from months
    where contact_day is not null
    group by month, cell, contact_day
),

-- Those who are still there alike are one row: 27 thousand months of customers of the sample are 15 thousand.
classes as (
    select month, cell, exit_day, exit, count(*) as customers
    from months
    group by month, cell, exit_day, exit
),

matches as (
    select
        contacts.month,
        contacts.cell,
        contacts.contact_day,
        classes.exit_day,
        classes.exit,
        classes.exit_day - contacts.contact_day as lag_days,
        classes.customers,
        cast(contacts.contacts as double) / sum(classes.customers) over (
            partition by contacts.month, contacts.cell, contacts.contact_day
        ) as weight
    from contacts
    inner join classes
        on contacts.month = classes.month
        and contacts.cell = classes.cell
        and contacts.contact_day < classes.exit_day
)

select * from matches

with months as (
    select * from {{ ref('support_life_months') }}
    where contact_day is not null
),

stakes as (
    select * from {{ ref('support_stakes') }}
    where is_contacted
),

sets as (
    select distinct month, cell, measure, contact_day from {{ ref('support_matches') }}
),

matched as (
    select
        months.customer_id,
        months.cell,
        stakes.measure,
        stakes.day - months.contact_day as lag_days,
        stakes.exit,
        stakes.amount
    from months
    inner join stakes on months.customer_id = stakes.customer_id
    inner join sets
        on months.month = sets.month
        and months.cell = sets.cell
        and stakes.measure = sets.measure
        and months.contact_day = sets.contact_day
)

select * from matched

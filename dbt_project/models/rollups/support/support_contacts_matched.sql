with months as (
    select * from {{ ref('support_life_months') }}
    where contact_day is not null
),

sets as (
    select distinct month, cell, contact_day from {{ ref('support_matches') }}
),

matched as (
    select
        months.customer_id,
        months.cell,
        months.end_day - months.contact_day as lag_days,
        months.is_churned
    from months
    inner join sets
        on months.month = sets.month and months.cell = sets.cell and months.contact_day = sets.contact_day
)

select * from matched

with items as (
    select * from {{ ref('stg_orders__items') }}
),

summed as (
    select
        order_id,
        count(*) as lines,
        cast(sum(quantity) as decimal(18, 3)) as units,
        case when count(unit_cost) = count(*) then sum(quantity * unit_cost) end as cost_amount
    from items
    group by order_id
)

select * from summed

-- The segments of each type add up to the total.
with by_type as (
    select
        segment_type,
        sum(customers) as customers,
        cast(sum(revenue_historical) as decimal(18, 2)) as revenue
    from {{ ref('clv_by_segment') }}
    group by segment_type
),

compared as (
    select by_type.*
    from by_type
    left join by_type as totals on totals.segment_type = 'all'
    where totals.segment_type is null
        or by_type.customers <> totals.customers
        or by_type.revenue <> totals.revenue
)

select * from compared

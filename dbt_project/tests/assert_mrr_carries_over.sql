-- MRR at the end of a month is MRR at the start of the next, for every customer.
with months as (
    select month_start, customer_id, mrr_start, mrr_end
    from {{ ref('fct_subscription_months') }}
),

newest as (
    select max(month_start) as month_start from months
),

ends as (
    select
        months.customer_id,
        cast({{ dbt.dateadd('month', 1, 'months.month_start') }} as date) as boundary,
        months.mrr_end
    from months
    inner join newest on months.month_start < newest.month_start
),

carried as (
    select
        coalesce(ends.customer_id, months.customer_id) as customer_id,
        coalesce(ends.boundary, months.month_start) as boundary,
        coalesce(ends.mrr_end, 0) as mrr_before,
        coalesce(months.mrr_start, 0) as mrr_after
    from ends
    full outer join months
        on ends.customer_id = months.customer_id and ends.boundary = months.month_start
)

select * from carried where mrr_before <> mrr_after

with boundaries as (
    select
        customer_id,
        month_start,
        coalesce(sum(mrr_reporting), 0) as mrr
    from {{ ref('int_subscriptions_at_month_start') }}
    group by customer_id, month_start
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

sides as (
    select
        customer_id,
        month_start,
        mrr as mrr_start,
        0 as mrr_end,
        true as is_active_start,
        false as is_active_end
    from boundaries
    where month_start < (select first_open_month from horizon)
    union all
    select
        customer_id,
        cast({{ dbt.dateadd('month', -1, 'month_start') }} as date) as month_start,
        0 as mrr_start,
        mrr as mrr_end,
        false as is_active_start,
        true as is_active_end
    from boundaries
),

months as (
    select
        customer_id,
        month_start,
        cast(sum(mrr_start) as decimal(18, 2)) as mrr_start,
        cast(sum(mrr_end) as decimal(18, 2)) as mrr_end,
        bool_or(is_active_start) as is_active_start,
        bool_or(is_active_end) as is_active_end
    from sides
    group by customer_id, month_start
)

select * from months

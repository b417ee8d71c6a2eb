with customers as (
    select * from {{ ref('customer_values') }}
),

summed as (
    {{ by_segment('customers', keys=[], aggregates={
        'customers': 'count(*) filter (where has_ordered)',
        'lapses': 'count(*) filter (where is_lapsed)',
        'orders': 'coalesce(sum(orders), 0)',
        'orders_with_amount': 'coalesce(sum(orders_with_amount), 0)',
        'revenue': 'coalesce(sum(net_amount_reporting), 0)',
        'active_years': 'coalesce(sum(active_years), 0)',
        'observed_years': 'coalesce(sum(observed_years), 0)',
        'months_subscribed': 'coalesce(sum(months_subscribed), 0)',
        'churns': 'coalesce(sum(churns), 0)',
    }) | indent }}
),

subscribed as (
    select
        *,
        months_subscribed > 0 as has_subscriptions,
        months_subscribed / 12e0 as subscribed_years
    from summed
),

exposed as (
    select
        segment_type,
        segment,
        customers,
        orders,
        orders_with_amount,
        revenue,
        has_subscriptions,
        {{ order_and_churn_exposure() | indent(8) }}
    from subscribed
)

select * from exposed

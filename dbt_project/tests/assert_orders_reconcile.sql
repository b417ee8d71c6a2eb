-- Orders and their net amounts are the same from raw to the fact; what the lifetime values leave out
-- is uncounted orders, orders without customer and amounts without rate, and nothing else.
with landed as (
    {{ raw_totals(source('raw_orders', 'orders'), 'order_id', version='updated_at') }}
),

staged as (
    {{ staged_totals(ref('stg_orders__orders'), {
        'amount': 'total_amount - coalesce(discount_amount, 0) - coalesce(refunded_amount, 0)',
    }) }}
),

fact as (
    select
        count(*) as row_count,
        coalesce(sum(net_amount), 0) as amount,
        coalesce(sum(net_amount_reporting), 0) as amount_reporting,
        count(*) filter (where net_amount_reporting is null) as without_amount,
        count(*) filter (where not has_exchange_rate) as without_rate,
        coalesce(sum(case when not is_counted then net_amount_reporting end), 0) as uncounted,
        coalesce(
            sum(case when is_counted and customer_id is null then net_amount_reporting end), 0
        ) as without_customer,
        count(distinct case when is_counted then customer_id end) as customers
    from {{ ref('fct_orders') }}
),

lifetime as (
    select
        coalesce(sum(customers), 0) as customers,
        cast(coalesce(sum(revenue_historical), 0) as decimal(18, 2)) as revenue
    from {{ ref('clv_by_segment') }}
    where segment_type = 'all'
)

{{ uneven_steps(['landed', 'staged', 'fact', 'lifetime'], [
    ('raw to staging: rows', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content', 'landed.content', 'staged.content'),
    ('staging to fact: rows', 'staged.row_count', 'fact.row_count'),
    ('staging to fact: net amount', 'staged.amount', 'fact.amount'),
    ('fact: amounts in reporting currency', 'fact.without_amount', 'fact.without_rate'),
    (
        'fact to lifetime values: revenue',
        'fact.amount_reporting - fact.uncounted - fact.without_customer',
        'lifetime.revenue',
    ),
    ('fact to lifetime values: customers', 'fact.customers', 'lifetime.customers'),
]) }}

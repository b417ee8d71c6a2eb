{{ config(alias='customers') }}

{%- set views = {
    'answers': (ref('bi_answers'), ['answers']),
    'tickets': (ref('bi_tickets'), ['tickets', 'solved', 'reopened']),
    'calls': (ref('bi_calls'), ['calls', 'abandoned']),
    'orders': (ref('bi_orders'), ['orders', 'net_amount']),
    'months': (ref('bi_subscription_months'), ['mrr_new', 'mrr_expansion', 'mrr_contraction', 'mrr_churned']),
} -%}
{%- set summed = [] -%}

with customers as (
    select * from {{ ref('dim_customers') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
    where is_current
),

worth as (
    select * from {{ ref('customer_worth') }}
),

health as (
    select * from {{ ref('health_customers') }}
    where is_now
),

scores as (
    select * from {{ ref('customer_health') }}
    where is_now
),
{%- for name, (view, measures) in views.items() %}
{%- do summed.append(zeros_for_nulls(name ~ '_summed', measures)) %}

{{ name }}_summed as (
    select customer_id, {{ sums(name, measures) }}
    from {{ view }} as {{ name }}
    group by customer_id
),
{%- endfor %}

wide as (
    select
        customers.customer_id,
        worth.account_id,
        customers.is_in_crm,
        customers.is_deleted,
        1 as customers,
        {{ summed | join(', ') }},
        cast(coalesce(health.mrr, 0) as double) as mrr,
        {{ rounded('worth.clv_historical') }} as clv_historical,
        {{ rounded('cast(worth.clv_predicted as double)') }} as clv_predicted,
        scores.health,
        scores.band as health_band,
        {{ rounded('scores.churn_probability') }} as churn_probability,
        customers.signed_up_at,
        customers.first_seen_at,
        {%- for segment_type in customer_segment_types() %}
        {{ customer_segment(segment_type) }},
        {%- endfor %}
        customers.last_seen_at
    from customers
    left join worth on customers.customer_id = worth.customer_id
    left join health on customers.customer_id = health.customer_id
    left join scores on customers.customer_id = scores.customer_id
    left join answers_summed on customers.customer_id = answers_summed.customer_id
    left join tickets_summed on customers.customer_id = tickets_summed.customer_id
    left join calls_summed on customers.customer_id = calls_summed.customer_id
    left join orders_summed on customers.customer_id = orders_summed.customer_id
    left join months_summed on customers.customer_id = months_summed.customer_id
    left join spans on customers.customer_id = spans.customer_id
    {{ joined_profiles('spans') }}
)

select * from wide

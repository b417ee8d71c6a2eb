{{ config(materialized='table') }}

{%- set counts = ['customers', 'paying', 'retained'] -%}
{%- set money = ['mrr_then', 'mrr_later', 'spent_before', 'spent_after', 'mrr_now'] -%}
{%- set squares = {
    'then_then': 'sum(mrr_then * mrr_then)',
    'then_later': 'sum(mrr_then * mrr_later)',
    'later_later': 'sum(mrr_later * mrr_later)',
} -%}
with followed as (
    select * from {{ ref('scored_customers') }}
),

latest as (
    select
        answers.*,
        customers.mrr
    from {{ ref('latest_answers') }} as answers
    inner join {{ ref('health_customers') }} as customers using (as_of, customer_id)
    where customers.is_now
),

customers as (
    select
        customer_id, segment_profile_id, behaviour_profile_id, metric, band,
        1 as customers, paying, retained,
        mrr_then, mrr_later, spent_before, spent_after, 0 as mrr_now
    from followed
    union all
    select
        customer_id, segment_profile_id, behaviour_profile_id, metric, band,
        0, 0, 0,
        0, 0, 0, 0, mrr
    from latest
),

summed as (
    {{ by_segment(
        'customers', keys=['metric', 'band'], aggregates=dict(sums_of(counts + money), **squares)
    ) | indent }}
),

typed as (
    select
        metric,
        band,
        segment_type,
        segment,
        {{ casts(counts, 'bigint') }},
        {{ casts(money + squares | list, 'double') }}
    from summed
)

select * from typed

{{ config(materialized='table') }}

{%- set counts = ['customers', 'paying', 'retained'] -%}
{%- set money = ['mrr_then', 'mrr_later', 'spent_before', 'spent_after', 'mrr_now'] -%}
{%- set squares = {
    'then_then': 'sum(' ~ product('mrr_then', 'mrr_then') ~ ')',
    'then_later': 'sum(' ~ product('mrr_then', 'mrr_later') ~ ')',
    'later_later': 'sum(' ~ product('mrr_later', 'mrr_later') ~ ')',
} -%}
{%- set own = own_attributes('fct_survey_responses') -%}
with answers as (
    {{ with_own_profiles('fct_survey_responses', own) | indent }}
),

followed as (
    select * from {{ ref('scored_customers') }}
),

latest as (
    select
        answers.*,
        customers.mrr,
        {{ newest_version() | indent }} as newest_version
    from {{ ref('latest_answers') }} as answers
    inner join {{ ref('health_customers') }} as customers using (as_of, customer_id)
    where customers.is_now
),

valued as (
    select
        response_id, 1 as customers, paying, retained,
        mrr_then, mrr_later, spent_before, spent_after, 0 as mrr_now
    from followed
    union all
    select response_id, 0, 0, 0, 0, 0, 0, 0, mrr
    from latest
    where {{ is_poolable() }}
),

customers as (
    select
        answers.*,
        {{ (counts + money) | join(', ') }}
    from valued
    inner join answers on valued.response_id = answers.response_id
),

summed as (
    {{ by_segment(
        'customers',
        keys=['metric', 'answer_band'],
        aggregates=dict(sums_of(counts + money), **squares),
        event_attributes=event_attributes(),
        own=own,
    ) | indent }}
),

typed as (
    select
        metric,
        answer_band as band,
        segment_type,
        segment,
        {{ casts(counts, 'bigint') }},
        {{ casts(money + squares | list, 'double') }}
    from summed
)

select * from typed

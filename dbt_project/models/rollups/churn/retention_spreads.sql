{%- set sums = {
    'customers': 'count(*)',
    'sum_start': 'sum(mrr_start)',
    'sum_end': 'sum(mrr_end)',
    'sum_kept': 'sum(mrr_kept)',
    'sum_start_start': 'sum(mrr_start * mrr_start)',
    'sum_start_end': 'sum(mrr_start * mrr_end)',
    'sum_start_kept': 'sum(mrr_start * mrr_kept)',
    'sum_end_end': 'sum(mrr_end * mrr_end)',
    'sum_kept_kept': 'sum(mrr_kept * mrr_kept)',
} %}
with months as (
    select *, least(mrr_start, mrr_end) as mrr_kept
    from {{ ref('fct_subscription_months') }}
    where is_active_start
),

summed as (
    {{ by_segment('months', keys=['month_start'], aggregates=sums) | indent }}
),

typed as (
    select
        month_start,
        segment_type,
        segment,
        {{ casts(sums, 'double') }}
    from summed
)

select * from typed

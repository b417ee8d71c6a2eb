{{ config(materialized='table') }}

{%- set sums = {
    'customers': 'count(*) filter (where is_active_start)',
    'customers_seen': 'count(*)',
    'customers_end': 'count(*) filter (where not is_churned)',
    'customers_churned_involuntary': 'count(*) filter (where is_involuntary)',
    'terms_due': 'sum(terms_due)',
    'terms_renewed': 'sum(terms_renewed)',
    'sum_start': 'sum(mrr_start)',
    'sum_end': 'sum(mrr_end) filter (where is_active_start)',
    'sum_kept': 'sum(mrr_kept)',
    'sum_start_start': 'sum(' ~ product('mrr_start', 'mrr_start') ~ ')',
    'sum_start_end': 'sum(' ~ product('mrr_start', 'mrr_end') ~ ')',
    'sum_start_kept': 'sum(' ~ product('mrr_start', 'mrr_kept') ~ ')',
    'sum_end_end': 'sum(' ~ product('mrr_end', 'mrr_end') ~ ') filter (where is_active_start)',
    'sum_kept_kept': 'sum(' ~ product('mrr_kept', 'mrr_kept') ~ ')',
    'sum_paid_paid': 'sum(' ~ product('mrr_end', 'mrr_end') ~ ')',
    'sum_new_new': 'sum(' ~ product('mrr_new', 'mrr_new') ~ ')',
    'sum_gained_gained': 'sum(' ~ product('mrr_gained', 'mrr_gained') ~ ')',
    'sum_lost_lost': 'sum(' ~ product('mrr_lost', 'mrr_lost') ~ ')',
} %}

with months as (
    select
        *,
        least(mrr_start, mrr_end) as mrr_kept,
        mrr_new + mrr_reactivated + mrr_expansion as mrr_gained,
        mrr_contraction + mrr_churned as mrr_lost
    from {{ ref('fct_subscription_months') }}
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

with months as (
    select
        month_start,
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        mrr_start,
        mrr_end,
        least(mrr_start, mrr_end) as mrr_kept
    from {{ ref('fct_subscription_months') }}
    where is_active_start
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

profiled as (
    {{ in_each_profile('months') | indent }}
),

by_profile as (
    select
        month_start,
        profile_id,
        count(*) as customers,
        sum(mrr_start) as sum_start,
        sum(mrr_end) as sum_end,
        sum(mrr_kept) as sum_kept,
        sum(mrr_start * mrr_start) as sum_start_start,
        sum(mrr_start * mrr_end) as sum_start_end,
        sum(mrr_start * mrr_kept) as sum_start_kept,
        sum(mrr_end * mrr_end) as sum_end_end,
        sum(mrr_kept * mrr_kept) as sum_kept_kept
    from profiled
    group by month_start, profile_id
),

by_segment as (
    select
        by_profile.month_start,
        segments.segment_type,
        segments.segment,
        {{ sums('by_profile', [
            'customers', 'sum_start', 'sum_end', 'sum_kept', 'sum_start_start', 'sum_start_end',
            'sum_start_kept', 'sum_end_end', 'sum_kept_kept',
        ], as_type='double') }}
    from by_profile
    inner join segments on by_profile.profile_id = segments.profile_id
    group by by_profile.month_start, segments.segment_type, segments.segment
)

select * from by_segment

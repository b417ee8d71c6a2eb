with months as (
    select * from {{ ref('buyer_months') }}
),

counted as (
    {{ by_segment(
        'months',
        keys=['month_start'],
        aggregates={
            'customers_start': 'count(*)',
            'customers_lapsed': 'count(*) filter (where is_lapsed)',
        },
    ) | indent }}
),

by_segment as (
    select *, customers_start >= {{ var('min_responses') }} as is_reportable
    from counted
),

metrics as (
    select
        'month' as period_grain,
        month_start as period_start,
        segment_type,
        segment,
        'lapse_rate' as metric,
        {{ share_measured('customers_lapsed', 'customers_start') }},
        is_reportable
    from by_segment
)

select * from metrics

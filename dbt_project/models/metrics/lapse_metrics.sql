with months as (
    select * from {{ ref('buyer_months') }}
),

segments as (
    select * from {{ ref('int_profile_segments') }}
),

profiled as (
    {{ in_each_profile('months') | indent }}
),

by_segment as (
    select
        profiled.month_start,
        segments.segment_type,
        segments.segment,
        count(*) as customers_start,
        count(*) filter (where profiled.is_lapsed) as customers_lapsed,
        count(*) >= {{ var('min_responses') }} as is_reportable
    from profiled
    inner join segments on profiled.profile_id = segments.profile_id
    group by profiled.month_start, segments.segment_type, segments.segment
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

{%- set completion = {'funnel_completion_rate': ('customers_completed', 'customers_entered')} %}
with steps as (
    select
        *,
        step = 1 as is_first,
        step = max(step) over () as is_last
    from {{ ref('funnel_by_segment') }}
),

funnels as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        sum(case when is_first then customers_entered else 0 end) as customers_entered,
        sum(case when is_last then customers_entered else 0 end) as customers_completed
    from steps
    group by period_grain, period_start, segment_type, segment
),

scored as (
    select
        *,
        {{ rate_columns(completion) }}
    from funnels
),

metrics as (
    {{ metrics_of('scored', completion) | indent }}
)

select * from metrics

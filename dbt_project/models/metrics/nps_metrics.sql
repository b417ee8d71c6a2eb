with nps as (
    select * from {{ ref('nps_by_segment') }}
    where responses > 0
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'nps' as metric,
        nps as value,
        cast(promoters - detractors as double) as numerator,
        cast(responses as double) as denominator,
        nps_se as value_se,
        nps_ci_low as ci_low,
        nps_ci_high as ci_high,
        is_reportable
    from nps
)

select * from metrics

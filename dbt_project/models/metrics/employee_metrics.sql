with nps as (
    select
        period_grain, period_start, segment_type, segment,
        sum(responses) as responses,
        bool_and(is_reportable) as is_reportable,
        case when bool_and(is_reportable) then sum(positives) end as promoters,
        case when bool_and(is_reportable) then sum(negatives) end as detractors
    from {{ ref('employee_surveys_by_segment') }}
    where metric = 'nps'
    group by all
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'employee_nps' as metric,
        {{ score(nps_estimate('promoters', 'detractors', 'responses')) }} as value,
        cast(promoters - detractors as double) as numerator,
        cast(responses as double) as denominator,
        {{ score(nps_standard_error('promoters', 'detractors', 'responses')) }} as value_se,
        {{ score(nps_low('promoters', 'detractors', 'responses')) }} as ci_low,
        {{ score(nps_high('promoters', 'detractors', 'responses')) }} as ci_high,
        is_reportable
    from nps
)

select * from metrics

{%- set mean_variance = sample_variance('score_sum', 'score_square_sum', 'responses') ~ ' / responses' %}
{%- set is_nps = "is_reportable and metric = 'nps'" %}
{%- set is_share = "is_reportable and metric not in ('nps', 'other')" %}
with answers as (
    select * from {{ ref('employee_answers_by_segment') }}
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        instrument_id,
        metric,
        instrument_version,
        cast(respondents as bigint) as respondents,
        cast(responses as bigint) as responses,
        case when is_reportable then cast(positives as bigint) end as positives,
        case when is_reportable then cast(negatives as bigint) end as negatives,
        case
            when {{ is_nps }} then {{ rounded(nps_estimate('positives', 'negatives', 'responses')) }}
            when {{ is_share }} then {{ rounded('cast(positives as double) / responses') }}
        end as score,
        case
            when {{ is_nps }} then {{ rounded(nps_standard_error('positives', 'negatives', 'responses')) }}
            when {{ is_share }} then {{ rounded(proportion_se('positives', 'responses')) }}
        end as score_se,
        case
            when {{ is_nps }} then {{ rounded(nps_low('positives', 'negatives', 'responses')) }}
            when {{ is_share }} then {{ rounded(wilson_low('positives', 'responses')) }}
        end as score_ci_low,
        case
            when {{ is_nps }} then {{ rounded(nps_high('positives', 'negatives', 'responses')) }}
            when {{ is_share }} then {{ rounded(wilson_high('positives', 'responses')) }}
        end as score_ci_high,
        {{ score('cast(score_sum as double) / responses') }} as score_mean,
        {{ score('sqrt(' ~ mean_variance ~ ')') }} as score_mean_se,
        is_reportable
    from answers
)

select * from reported

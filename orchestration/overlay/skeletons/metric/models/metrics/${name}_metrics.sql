with answers as (
    select
        period_grain, period_start, segment_type, segment,
        sum(responses) as responses,
        sum(positives) as positives,
        sum(responses) >= {{ var('min_responses') }} as is_reportable
    from {{ ref('survey_answers_by_segment') }}
    where metric = '$name'
    group by all
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        '$name' as metric,
        {{ share_measured('positives', 'responses') }},
        is_reportable
    from answers
)

select * from metrics

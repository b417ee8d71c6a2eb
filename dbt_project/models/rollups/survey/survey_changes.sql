{{ config(materialized='table') }}

{%- set key = ['metric', 'period_grain', 'period_start', 'segment_type', 'segment'] %}

with answers as (
    select
        {{ key | join(', ') }},
        {{ sums('by_version', ['responses', 'positives', 'negatives']) }}
    from {{ ref('survey_answers_by_segment') }} as by_version
    where metric in ('nps', 'csat')
    group by {{ key | join(', ') }}
    having sum(responses) >= {{ var('min_responses') }}
),

compared as (
    select
        answers.*,
        before.responses as responses_before,
        before.positives as positives_before,
        before.negatives as negatives_before
    from answers
    inner join answers as before
        on answers.metric = before.metric
        and answers.period_grain = before.period_grain
        and {{ period_start('answers.period_grain', 'answers.period_start - 1') }} = before.period_start
        and answers.segment_type = before.segment_type
        and answers.segment = before.segment
),

changes as (
    select
        {{ key | join(', ') }},
        {{ nps_estimate('positives', 'negatives', 'responses') }}
        - {{ nps_estimate('positives_before', 'negatives_before', 'responses_before') }} as change,
        sqrt(
            power({{ nps_standard_error('positives', 'negatives', 'responses') }}, 2)
            + power(
                {{ nps_standard_error('positives_before', 'negatives_before', 'responses_before') }}, 2
            )
        ) as change_se
    from compared
    where metric = 'nps'
),

tested as (
    select
        {{ key | join(', ') }},
        change,
        change / nullif(change_se, 0) as z
    from changes
    union all
    select
        {{ key | join(', ') }},
        cast(positives as double) / responses - cast(positives_before as double) / responses_before,
        {{ two_proportion_z('positives', 'responses', 'positives_before', 'responses_before') }}
    from compared
    where metric = 'csat'
),

with_p as (
    select
        {{ key | join(', ') }},
        {{ rounded('change') }} as change,
        {{ rounded('z') }} as z,
        {{ rounded(two_sided_p('z')) }} as p
    from tested
),

adjusted as (
    {{ holm('with_p', family=['metric', 'period_grain', 'period_start', 'segment_type']) | indent }}
)

select * from adjusted

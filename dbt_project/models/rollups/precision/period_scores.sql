{{ config(materialized='table') }}

with answers as (
    select
        case metric when 'ces' then 'ces_easy_rate' else metric end as metric,
        case metric when 'ces' then instrument_version end as instrument_version,
        period_grain,
        period_start,
        segment_type,
        segment,
        cast(sum(by_version.responses) as double) as responses,
        cast(sum(by_version.positives) as double) as positives,
        cast(sum(by_version.negatives) as double) as negatives
    from {{ ref('survey_answers_by_segment') }} as by_version
    where metric in ('nps', 'csat', 'ces')
    group by all
    having sum(responses) >= {{ var('min_responses') }}
),

newest as (
    select max(event_date) as newest_on from {{ ref('survey_answers_by_day') }}
),

shares as (
    select * from {{ ref('share_counts') }}
),

scores as (
    select
        *,
        {{ nps_estimate('positives', 'negatives', 'responses') }} as score,
        {{ nps_standard_error('positives', 'negatives', 'responses') }} as score_se
    from answers
    cross join newest
    where metric = 'nps'
    union all
    select
        *,
        cast(positives as double) / responses,
        {{ proportion_se('positives', 'responses') }}
    from answers
    cross join newest
    where metric <> 'nps'
    union all
    select
        metric, cast(null as string), period_grain, period_start, segment_type, segment,
        n, hits, n - hits, newest_on,
        hits / n,
        {{ proportion_se('hits', 'n') }}
    from shares
    where n >= {{ var('min_responses') }}
)

select * from scores

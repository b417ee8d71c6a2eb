{{ config(materialized='table') }}

{%- set measures = ['responses', 'positives', 'negatives'] %}
with answers as (
    select
        *,
        max(event_date) over () as last_date
    from {{ ref('survey_answers_by_day') }}
),

-- No month is shorter than 28 days, so no window reaches into more months than these.
later as (
    select {{ each_of(range(var('trailing_days') // 28 + 2)) }} as months_later
),

in_months as (
    select
        answers.*,
        cast(date_trunc('month', answers.event_date) + later.months_later * interval '1' month as date)
            as period_start
    from answers
    cross join later
),

windows as (
    select
        metric,
        instrument_version,
        period_start,
        segment_type,
        segment,
        {{ sums('in_months', measures) }},
        {{ newest_version(['period_start']) | indent }} as newest_version
    from in_months
    where
        period_start <= last_date
        and event_date > {{ period_end("'month'", 'period_start') }} - {{ var('trailing_days') }}
    group by metric, instrument_version, period_start, segment_type, segment
),

scored as (
    select
        metric,
        'month' as period_grain,
        period_start,
        segment_type,
        segment,
        {{ sums('windows', measures) }},
        sum(windows.responses) >= {{ var('min_responses') }} as is_reportable
    from windows
    where {{ is_poolable() }}
    group by metric, period_start, segment_type, segment
)

select * from scored

{{ config(materialized='table') }}

{%- set measures = ['responses', 'positives', 'negatives'] %}
with answers as (
    select
        *,
        event_date as answered_on,
        max(event_date) over () as last_date
    from {{ ref('survey_answers_daily') }}
),

-- No month is shorter than 28 days, so no window reaches into more months than these.
later as (
    select {{ each_of(range(var('trailing_days') // 28 + 2)) }} as months_later
),

in_months as (
    select
        answers.metric,
        answers.instrument_version,
        answers.profile_id,
        answers.answered_on,
        answers.last_date,
        {{ measures | join(', ') }},
        cast(date_trunc('month', answers.answered_on) + later.months_later * interval '1' month as date)
            as event_date
    from answers
    cross join later
),

windows as (
    select * from in_months
    where
        event_date <= last_date
        and answered_on > {{ period_end("'month'", 'event_date') }} - {{ var('trailing_days') }}
),

rolled_up as (
    {{ by_period_and_segment(
        'windows', keys=['metric', 'instrument_version'], aggregates=sums_of(measures)
    ) | indent }}
),

monthly as (
    select
        *,
        max_by(instrument_version, {{ version_order('instrument_version') }})
            over (partition by metric, period_start) as newest_version
    from rolled_up
    where period_grain = 'month'
),

scored as (
    select
        metric,
        period_grain,
        period_start,
        segment_type,
        segment,
        {{ sums('monthly', measures) }},
        sum(monthly.responses) >= {{ var('min_responses') }} as is_reportable
    from monthly
    where metric <> 'ces' or instrument_version = newest_version
    group by metric, period_grain, period_start, segment_type, segment
)

select * from scored

with answers as (
    select
        *,
        max(event_date) over () as last_date
    from {{ ref('survey_answers_daily') }}
),

-- No month is shorter than 28 days, so no window reaches into more months than these.
later as (
    select {{ each_of(range(var('trailing_days') // 28 + 2)) }} as months_later
),

in_windows as (
    select
        answers.metric,
        answers.instrument_version,
        answers.profile_id,
        answers.responses,
        answers.positives,
        answers.negatives,
        answers.event_date as answered_on,
        answers.last_date,
        cast(date_trunc('month', answers.event_date) + later.months_later * interval '1' month as date)
            as event_date
    from answers
    cross join later
),

windows as (
    select * from in_windows
    where
        event_date <= last_date
        and answered_on > {{ period_end("'month'", 'event_date') }} - {{ var('trailing_days') }}
)

select * from windows

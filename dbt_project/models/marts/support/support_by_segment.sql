with scores as (
    select * from {{ ref('support_scores') }}
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        tickets,
        solved,
        reopened,
        reopens_known,
        one_touch,
        touches_known,
        reopen_rate,
        one_touch_rate,
        one_touch_status,
        first_reply_minutes_median,
        first_reply_business_minutes_median,
        resolution_minutes_median,
        resolution_business_minutes_median,
        resolution_minutes_p90,
        calls,
        calls_abandoned,
        call_abandon_rate,
        call_wait_seconds_median,
        is_reportable
    from scores
)

select * from reported

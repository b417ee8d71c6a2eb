with scores as (
    select * from {{ ref('web_scores') }}
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        visitors,
        returning_visitors,
        sessions,
        engaged_sessions,
        ambiguous_sessions,
        bounce_rate,
        session_seconds_median,
        carts,
        carts_abandoned,
        cart_abandonment_rate,
        carts_recoverable,
        carts_recovered,
        cart_recovery_rate,
        carts_pending,
        help_page_views,
        self_service_sessions,
        self_served,
        self_service_rate,
        bot_sessions,
        is_reportable
    from scores
)

select * from reported

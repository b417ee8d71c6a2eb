with sessions as (
    select *, sessions - engaged_sessions as bounces from {{ ref('web_sessions_by_segment') }}
),

carts as (
    select * from {{ ref('carts_by_segment') }}
),

counted as (
    {{ side_by_side(
        counts={
            'sessions': [
                'visitors', 'returning_visitors', 'sessions', 'engaged_sessions', 'bounces', 'ambiguous_sessions',
                'help_page_views', 'bot_sessions', 'self_service_sessions', 'self_served',
            ],
            'carts': ['carts', 'carts_abandoned', 'carts_recoverable', 'carts_recovered', 'carts_pending'],
        },
        medians={'sessions': ['session_seconds']},
    ) | indent }}
),

scored as (
    select
        *,
        {{ rate_columns(web_rates()) }},
        {{ median_columns(['session_seconds']) }},
        greatest(sessions, carts) >= {{ var('min_responses') }} as is_reportable
    from counted
)

select * from scored

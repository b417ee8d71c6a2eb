{%- set least = var('min_responses') %}
{%- set sessions_counted = [
    'visitors', 'returning_visitors', 'sessions', 'engaged_sessions', 'ambiguous_sessions', 'help_page_views',
    'bot_sessions', 'self_service_sessions', 'self_served',
] %}
{%- set carts_counted = [
    'carts', 'carts_abandoned', 'carts_recoverable', 'carts_recovered', 'carts_pending',
] %}
{%- set rates = {
    'bounce_rate': ('bounces', 'sessions'),
    'cart_abandonment_rate': ('carts_abandoned', 'carts'),
    'cart_recovery_rate': ('carts_recovered', 'carts_recoverable'),
    'self_service_rate': ('self_served', 'self_service_sessions'),
} %}
with sessions as (
    select * from {{ ref('web_sessions_by_segment') }}
),

carts as (
    select * from {{ ref('carts_by_segment') }}
),

counted as (
    select
        coalesce(sessions.period_grain, carts.period_grain) as period_grain,
        coalesce(sessions.period_start, carts.period_start) as period_start,
        coalesce(sessions.segment_type, carts.segment_type) as segment_type,
        coalesce(sessions.segment, carts.segment) as segment,
        {%- for measure in sessions_counted %}
        cast(coalesce(sessions.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        {%- for measure in carts_counted %}
        cast(coalesce(carts.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        cast(coalesce(sessions.sessions - sessions.engaged_sessions, 0) as bigint) as bounces,
        sessions.duration_seconds_quantiles,
        {{ median_ci_distance('sessions.sessions') }} as duration_seconds_ci_distance
    from sessions
    full outer join carts
        on sessions.period_grain = carts.period_grain
        and coalesce(sessions.period_start, {{ beginning_of_time() }})
        = coalesce(carts.period_start, {{ beginning_of_time() }})
        and sessions.segment_type = carts.segment_type
        and sessions.segment = carts.segment
),

{%- set quantiles, distance = 'duration_seconds_quantiles', 'duration_seconds_ci_distance' %}
{%- set enough = 'sessions >= ' ~ least %}

scored as (
    select
        *,
        {%- for rate, (numerator, denominator) in rates.items() %}
        {{ score(numerator ~ ' / cast(' ~ denominator ~ ' as double)', denominator ~ ' >= ' ~ least) }}
            as {{ rate }},
        {%- endfor %}
        {{ score(quantile_about_median(quantiles), enough) }} as session_seconds_median,
        {{ score(median_ci_bound(quantiles, distance, -1), enough) }} as session_seconds_median_ci_low,
        {{ score(median_ci_bound(quantiles, distance, 1), enough) }} as session_seconds_median_ci_high,
        greatest(sessions, carts) >= {{ least }} as is_reportable
    from counted
)

select * from scored

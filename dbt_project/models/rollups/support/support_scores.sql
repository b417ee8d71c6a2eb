{%- set least = var('min_responses') %}
{%- set tickets_counted = [
    'tickets', 'follow_ups', 'solved', 'reopened', 'reopens_known', 'one_touch', 'touches_known'
] %}
{%- set medians = [
    ('first_reply_minutes', 'tickets', 'first_reply_minutes'),
    ('first_reply_business_minutes', 'tickets', 'first_reply_business_minutes'),
    ('resolution_minutes', 'tickets', 'first_resolution_minutes'),
    ('resolution_business_minutes', 'tickets', 'first_resolution_business_minutes'),
    ('call_wait_seconds', 'calls', 'wait_seconds'),
] %}
{%- set rates = {
    'follow_up_ticket_rate': ('follow_ups', 'tickets'),
    'reopen_rate': ('reopened', 'reopens_known'),
    'one_touch_rate': ('one_touch', 'touches_known'),
    'call_abandon_rate': ('calls_abandoned', 'calls'),
    'call_service_level_rate': ('calls_within_service_level', 'calls'),
} %}
with tickets as (
    select * from {{ ref('support_tickets_by_segment') }}
),

calls as (
    select * from {{ ref('support_calls_by_segment') }}
),

counted as (
    select
        coalesce(tickets.period_grain, calls.period_grain) as period_grain,
        coalesce(tickets.period_start, calls.period_start) as period_start,
        coalesce(tickets.segment_type, calls.segment_type) as segment_type,
        coalesce(tickets.segment, calls.segment) as segment,
        {%- for measure in tickets_counted %}
        cast(coalesce(tickets.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        {%- for measure in ['calls', 'calls_abandoned'] %}
        cast(coalesce(calls.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        {%- for name, relation, measure in medians %}
        coalesce({{ relation }}.{{ measure }}_count, 0) as {{ name }}_count,
        {{ median_ci_distance(relation ~ '.' ~ measure ~ '_count') }} as {{ name }}_ci_distance,
        {{ relation }}.{{ measure }}_quantiles as {{ name }}_quantiles,
        {%- endfor %}
        cast(coalesce(calls.calls_within_service_level, 0) as bigint) as calls_within_service_level
    from tickets
    full outer join calls
        on tickets.period_grain = calls.period_grain
        and coalesce(tickets.period_start, {{ beginning_of_time() }})
        = coalesce(calls.period_start, {{ beginning_of_time() }})
        and tickets.segment_type = calls.segment_type
        and tickets.segment = calls.segment
),

scored as (
    select
        *,
        {%- for rate, (numerator, denominator) in rates.items() %}
        {{ score(numerator ~ ' / cast(' ~ denominator ~ ' as double)', denominator ~ ' >= ' ~ least) }}
            as {{ rate }},
        {%- endfor %}
        {%- for name, relation, measure in medians %}
        {%- set quantiles, distance = name ~ '_quantiles', name ~ '_ci_distance' %}
        {%- set enough = name ~ '_count >= ' ~ least %}
        {{ score(quantile_about_median(quantiles), enough) }} as {{ name }}_median,
        {{ score(median_ci_bound(quantiles, distance, -1), enough) }} as {{ name }}_median_ci_low,
        {{ score(median_ci_bound(quantiles, distance, 1), enough) }} as {{ name }}_median_ci_high,
        {%- endfor %}
        {%- set p90 = quantile_above_median('resolution_minutes_quantiles', 0.9) %}
        {{ score(p90, 'resolution_minutes_count >= ' ~ least) }} as resolution_minutes_p90,
        case
            when touches_known >= {{ least }} then 'computed'
            when solved >= {{ least }} then 'events_missing'
            else 'too_few_tickets'
        end as one_touch_status,
        greatest(tickets, calls) >= {{ least }} as is_reportable
    from counted
)

select * from scored

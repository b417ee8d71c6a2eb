{%- set least = var('min_responses') %}
{%- set medians = [
    ('first_reply_minutes', 'tickets', 'first_reply_minutes'),
    ('first_reply_business_minutes', 'tickets', 'first_reply_business_minutes'),
    ('resolution_minutes', 'tickets', 'first_resolution_minutes'),
    ('resolution_business_minutes', 'tickets', 'first_resolution_business_minutes'),
    ('call_wait_seconds', 'calls', 'wait_seconds'),
] %}
{%- set rates = {
    'follow_up_ticket_rate': ('follow_ups', 'tickets'),
    'reopen_rate': ('reopened', 'solved'),
    'one_touch_rate': ('one_touch', 'solved'),
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
        {%- for measure in ['tickets', 'follow_ups', 'solved', 'reopened', 'one_touch'] %}
        cast(coalesce(tickets.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        {%- for measure in ['calls', 'calls_abandoned', 'calls_within_service_level'] %}
        cast(coalesce(calls.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        {%- for name, relation, measure in medians %}
        coalesce({{ relation }}.{{ measure }}_count, 0) as {{ name }}_count,
        {%- set value = relation ~ '.' ~ measure %}
        {{ score(value ~ '_median', value ~ '_count >= ' ~ least) }} as {{ name }}_median,
        {%- endfor %}
        {%- set value = 'tickets.first_resolution_minutes' %}
        {{ score(value ~ '_p90', value ~ '_count >= ' ~ least) }} as resolution_minutes_p90
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
        greatest(tickets, calls) >= {{ least }} as is_reportable
    from counted
)

select * from scored

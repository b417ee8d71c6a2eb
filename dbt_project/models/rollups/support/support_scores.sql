{%- set least = var('min_responses') %}
{%- set medians = support_medians() %}
with tickets as (
    select * from {{ ref('support_tickets_by_segment') }}
),

calls as (
    select * from {{ ref('support_calls_by_segment') }}
),

counted as (
    {{ side_by_side({
        'tickets': {
            'counts': ['tickets', 'follow_ups', 'solved', 'reopened', 'reopens_known', 'one_touch', 'touches_known'],
            'medians': medians.tickets,
        },
        'calls': {
            'counts': ['calls', 'calls_abandoned', 'calls_within_service_level'],
            'medians': medians.calls,
        },
    }) | indent }}
),

scored as (
    select
        *,
        {{ rate_columns(support_rates()) }},
        {{ median_columns(medians.tickets + medians.calls) }},
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

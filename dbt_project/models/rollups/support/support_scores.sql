{{ config(materialized='table') }}
{%- set least = var('min_responses') %}
with tickets as (
    select * from {{ ref('support_tickets_by_segment') }}
),

waits as (
    select * from {{ ref('support_waits_by_segment') }}
),

backlog as (
    select * from {{ ref('support_backlog_by_segment') }}
),

flows as (
    select * from {{ ref('support_flows_by_segment') }}
),

calls as (
    select * from {{ ref('support_calls_by_segment') }}
),

customers as (
    select * from {{ ref('support_customers_by_segment') }}
),

{%- set counts = {
    'tickets': [
        'tickets', 'tickets_without_customer', 'follow_ups', 'solved', 'reopened', 'reopens_known', 'one_touch',
        'touches_known', 'solves_followed', 'solves_mature', 'repeat_contacts', 'first_contacts_known',
        'first_contacts_resolved', 'sla_tickets', 'sla_due', 'sla_met', 'sla_due_due', 'sla_due_met', 'sla_met_met',
    ],
    'waits': ['next_reply_tickets'],
    'backlog': ['backlog_end', 'backlog_waiting'],
    'flows': ['backlog_created', 'backlog_reopened', 'backlog_solved'],
    'calls': ['calls', 'calls_short_abandoned', 'calls_abandoned', 'calls_within_service_level'],
} %}

counted as (
    {{ side_by_side(counts, support_medians()) | indent }}
),

-- A segment that has no row in the period before had no backlog at its end.
begun as (
    select
        counted.*,
        cast(coalesce(customers.customers_active, 0) as bigint) as customers_active,
        cast(coalesce(case
            when lag(counted.period_start) over in_order
                = {{ period_start('counted.period_grain', 'counted.period_start - 1') }}
                then lag(counted.backlog_end) over in_order
        end, 0) as bigint) as backlog_start,
        greatest(tickets, calls) >= {{ least }} as is_reportable
    from counted
    left join customers on {{ same_segment('counted', 'customers') }}
    window in_order as (
        partition by counted.period_grain, counted.segment_type, counted.segment order by counted.period_start
    )
),

scored as (
    select
        *,
        {{ rate_columns(support_rates(), dict(tickets_behind(), **solves_behind())) }},
        {{ median_columns(support_medians().values() | sum(start=[]), tickets_behind()) }},
        {%- set p90 = quantile_above_median('resolution_minutes_quantiles', 0.9) %}
        {{ score(p90, 'resolution_minutes_count >= ' ~ least) }} as resolution_minutes_p90,
        {{ score(
            '(tickets - tickets_without_customer) / cast(customers_active as double)',
            'least(tickets, customers_active) >= ' ~ least
        ) }} as tickets_per_customer,
        case
            when touches_known >= {{ least }} then 'computed'
            when solved >= {{ least }} then 'events_missing'
            else 'too_few_tickets'
        end as one_touch_status
    from begun
)

select * from scored

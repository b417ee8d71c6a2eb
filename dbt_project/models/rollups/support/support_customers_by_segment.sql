{{ config(materialized='table') }}
{%- set grains = period_grains() + ['all'] %}
{%- set within = ('within_' ~ grains | join(' within_')).split() %}
with changes as (
    select * from {{ ref('support_customer_changes') }}
),

came as (
    {{ by_period('changes', [], within) | indent }}
),

periods as (
    select period_grain, period_start from {{ ref('support_tickets_by_segment') }}
    where period_grain <> 'all'
    union
    select period_grain, period_start from came
    where period_grain <> 'all'
),

dated as (
    select segment_type, segment, event_date, customers from changes
    union all
    select distinct came.segment_type, came.segment, periods.period_start, 0
    from came cross join periods where came.period_grain = 'all'
),

at_start as (
    select distinct
        segment_type, segment, event_date,
        sum(customers) over (partition by segment_type, segment order by event_date) as customers
    from dated
),

counted as (
    {%- for grain in grains %}
    select period_grain, period_start, segment_type, segment, within_{{ grain }} as customers from came
    where period_grain = '{{ grain }}'
    union all
    {%- endfor %}
    select periods.*, at_start.segment_type, at_start.segment, at_start.customers
    from periods inner join at_start on periods.period_start = at_start.event_date
),

active as (
    select period_grain, period_start, segment_type, segment, sum(customers) as customers_active from counted
    group by period_grain, period_start, segment_type, segment
    having sum(customers) > 0
)

select * from active

{{ config(materialized='table') }}
with spans as (
    select
        profiles.*,
        lag(valid_to) over (partition by customer_id order by valid_from) as customer_until,
        cast(valid_from as date) as event_date
    from {{ ref('int_profile_spans') }} as profiles
    inner join {{ ref('ticket_horizon') }} as horizon on profiles.valid_from <= horizon.known_until
    where lifecycle in ({{ quoted(var('customer_lifecycles')) }})
),

periods as (
    select distinct period_grain, period_start from {{ ref('support_tickets_by_segment') }}
    where period_grain <> 'all'
),

-- Who becomes a customer within a day is one at the next midnight.
movements as (
    {%- for instant, customers in [('valid_from', 1), ('valid_to', -1)] %}
    select
        customer_id, segment_profile_id, behaviour_profile_id, {{ customers }} as customers,
        cast({{ instant }} + interval '1' day - interval '1' microsecond as date) as event_date
    from spans
    where {{ instant }} < {{ end_of_time() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

moved as (
    {{ by_segment('movements', ['event_date'], sums_of(['customers'])) | indent }}
),

dated as (
    select segment_type, segment, event_date, customers from moved
    union all
    select distinct moved.segment_type, moved.segment, periods.period_start, 0
    from moved cross join periods
),

at_start as (
    select distinct
        segment_type, segment, event_date,
        sum(customers) over (partition by segment_type, segment order by event_date) as customers
    from dated
),

coming as (
    select * from spans
    where customer_until is null or customer_until < valid_from
),

profiled as (
    {{ in_each_profile('coming') | indent }}
),

{%- set period_starts_on = period_start('grains.period_grain', 'profiled.event_date') %}
{%- set start = 'coalesce(cast(' ~ period_starts_on ~ ' as timestamp), ' ~ beginning_of_time() ~ ')' %}

-- Whoever becomes one within a period and was none at its start.
entered as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates={'customers': 'count(*)'},
        where='profiled.valid_from > ' ~ start ~ ' and coalesce(profiled.customer_until, ' ~ beginning_of_time() ~ ') <= ' ~ start,
    ) | indent }}
),

counted as (
    select * from entered
    union all
    select periods.*, at_start.segment_type, at_start.segment, at_start.customers
    from periods inner join at_start on periods.period_start = at_start.event_date
),

active as (
    select period_grain, period_start, segment_type, segment, sum(customers) as customers_active from counted
    group by period_grain, period_start, segment_type, segment
)

select * from active

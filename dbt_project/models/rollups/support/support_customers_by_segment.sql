{{ config(materialized='table') }}
{%- set grains = period_grains() + ['all'] %}
{%- set within = ['within_week', 'within_month', 'within_quarter', 'within_year', 'within_all'] %}
with spans as (
    select
        profiles.*,
        lag(valid_to, 1, {{ beginning_of_time() }}) over (partition by customer_id order by valid_from)
            as customer_until
    from {{ ref('int_profile_spans') }} as profiles
    inner join {{ ref('ticket_horizon') }} as horizon on profiles.valid_from <= horizon.known_until
    where lifecycle in ({{ quoted(var('customer_lifecycles')) }})
),

periods as (
    select distinct period_grain, period_start from {{ ref('support_tickets_by_segment') }}
    where period_grain <> 'all'
),

-- Who comes or goes within a day has by the next midnight; coming counts in a period that began without them.
changes as (
    {%- for instant, customers in [('valid_from', 1), ('valid_to', -1)] %}
    select
        customer_id, segment_profile_id, behaviour_profile_id, {{ customers }} as customers,
        {{ '0 as ' ~ within | join(', 0 as ') }},
        cast({{ instant }} + interval '1' day - interval '1' microsecond as date) as event_date
    from spans
    where {{ instant }} < {{ end_of_time() }}
    union all
    {%- endfor %}
    select
        customer_id, segment_profile_id, behaviour_profile_id, 0,
        {%- for grain in grains %}
        {%- set first_day = period_start("'" ~ grain ~ "'", 'valid_from') %}
        {%- set start = 'coalesce(cast(' ~ first_day ~ ' as timestamp), ' ~ beginning_of_time() ~ ')' %}
        cast(customer_until <= {{ start }} and valid_from > {{ start }} as int),
        {%- endfor %}
        cast(valid_from as date)
    from spans
    where customer_until < valid_from
),

changed as (
    {{ by_segment('changes', ['event_date'], sums_of(['customers'] + within)) | indent }}
),

came as (
    {{ by_period('changed', [], within) | indent }}
),

dated as (
    select segment_type, segment, event_date, customers from changed
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

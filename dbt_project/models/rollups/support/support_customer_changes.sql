{{ config(materialized='table') }}
{%- set grains = period_grains() + ['all'] %}
{%- set within = ('within_' ~ grains | join(' within_')).split() %}
with spans as (
    select
        profiles.*,
        lag(valid_to, 1, {{ beginning_of_time() }}) over (partition by customer_id order by valid_from)
            as customer_until
    from {{ ref('int_profile_spans') }} as profiles
    inner join {{ ref('ticket_horizon') }} as horizon on profiles.valid_from <= horizon.known_until
    where lifecycle in ({{ quoted(var('customer_lifecycles')) }})
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
)

select * from changes

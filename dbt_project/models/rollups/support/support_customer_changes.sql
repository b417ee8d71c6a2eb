{{ config(materialized='table') }}
{%- set within = ('within_' ~ (period_grains() + ['all']) | join(' within_')).split() %}
with stays as (
    select * from {{ ref('support_customer_stays') }}
),

-- Who comes or goes within a day has by the next midnight.
moves as (
    {%- for is_move, instant, customers in [('comes', 'valid_from', 1), ('goes', 'valid_to', -1)] %}
    select
        profile_id,
        cast({{ instant }} + interval '1' day - interval '1' microsecond as date) as event_date,
        {{ customers }} * count(*) as customers
    from stays
    where {{ is_move }} and {{ instant }} < {{ end_of_time() }}
    group by 1, 2
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

moved as (
    {{ by_day_and_segment('moves', [], ['customers']) | indent }}
),

entered as (
    {{ entries_within_periods('stays') | indent }}
),

changes as (
    select segment_type, segment, event_date, customers, {{ '0 as ' ~ within | join(', 0 as ') }}
    from moved
    union all
    select segment_type, segment, event_date, 0, {{ within | join(', ') }}
    from entered
)

select * from changes

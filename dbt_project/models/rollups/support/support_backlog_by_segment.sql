{{ config(materialized='table') }}

{%- set own = own_attributes('fct_tickets') %}

with tickets as (
    {{ with_own_profiles('fct_tickets', own) | indent }}
),

horizon as (
    select * from {{ ref('ticket_horizon') }}
),

days as (
    select {{ day_series('cast(known_from as date)', 'cast(known_until as date)') }} as event_date
    from horizon
),

grains as (
    select {{ each_of([quoted(period_grains() + ['all'])]) }} as period_grain
),

-- Periods that are not over end where the data do.
ends as (
    select days.event_date, grains.period_grain
    from days
    cross join grains
    cross join horizon
    where
        days.event_date = cast(horizon.known_until as date)
        or days.event_date
        = {{ period_end('grains.period_grain', period_start('grains.period_grain', 'days.event_date')) }}
),

-- What the data end with has happened.
last_instants as (
    select distinct
        ends.event_date,
        least(
            cast({{ dbt.dateadd('day', 1, 'ends.event_date') }} as timestamp),
            {{ just_after('horizon.known_until') }}
        ) as ends_at
    from ends
    cross join horizon
),

-- What happens at midnight is of the day that begins.
open as (
    select
        tickets.*,
        1 as backlog_end,
        cast(states.is_waiting as int) as backlog_waiting,
        case
            when not states.is_waiting
                then {{ seconds_between('tickets.created_at', 'last_instants.ends_at') }} / 3600
        end as age_hours,
        last_instants.event_date
    from {{ ref('ticket_states') }} as states
    inner join last_instants
        on states.valid_from < last_instants.ends_at and states.valid_to >= last_instants.ends_at
    inner join tickets on states.ticket_id = tickets.ticket_id
    where states.is_open
),

profiled as (
    {{ in_each_profile('open', ['channel'], own) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates=dict(
            sums_of(['backlog_end', 'backlog_waiting']),
            backlog_age_hours_count='count(age_hours)',
            backlog_age_hours_quantiles=quantiles_about_median('age_hours'),
        ),
        counts_in='ends',
    ) | indent }}
)

select * from rolled_up

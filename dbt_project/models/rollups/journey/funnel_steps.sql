{{ config(materialized='table') }}

{%- set window = "interval '" ~ var('funnel_window_days') ~ "' day" %}

with chains as (
    select * from {{ ref('funnel_chains') }}
),

visits as (
    select * from {{ ref('stage_visits') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

horizon as (
    select max(occurred_at) as known_until from {{ ref('interactions') }}
),

steps as (
    select * from {{ ref('funnel_stages') }}
),

first_visits as (
    select customer_id, stage, min(began_at) as first_at
    from visits
    group by customer_id, stage
),

entrants as (
    select
        chains.customer_id,
        {{ profiles_as_of('spans') }},
        chains.entered_at,
        chains.entered_at + {{ window }} as entered_until,
        horizon.known_until
    from chains
    cross join horizon
    left join spans on {{ as_of_span('chains', 'chains.entered_at', 'spans') }}
    where chains.step = 1
),

followed as (
    select
        entrants.customer_id,
        entrants.segment_profile_id,
        entrants.behaviour_profile_id,
        steps.step,
        steps.stage,
        entrants.entered_until <= entrants.known_until as is_mature,
        coalesce(chains.reached_at <= entrants.entered_until, false) as is_reached,
        coalesce(chains.reached_at <= entrants.entered_until and chains.is_direct, false)
            as is_reached_directly,
        coalesce(first_visits.first_at <= entrants.entered_until, false) as is_visited,
        chains.next_reached_at is not null as is_next_reached,
        case
            when steps.is_last or chains.reached_at is null then null
            else cast(greatest(floor({{ seconds_between(
                'chains.reached_at', 'coalesce(chains.next_reached_at, entrants.known_until)'
            ) }} / 86400), 0) as bigint)
        end as days_to_next,
        entrants.entered_at
    from entrants
    cross join steps
    left join chains on entrants.customer_id = chains.customer_id and steps.step = chains.step
    left join first_visits
        on entrants.customer_id = first_visits.customer_id and steps.stage = first_visits.stage
)

select * from followed

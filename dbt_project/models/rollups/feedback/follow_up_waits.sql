{{ config(materialized='table') }}

{%- set own = own_attributes('fct_survey_responses') %}
{%- set measures = ['waits', 'ended'] %}

with detractors as (
    select
        *,
        least(coalesce(closed_at, known_until), until_next) as given_up_at
    from {{ ref('detractor_outcomes') }}
),

waits as (
    select
        *,
        'contact' as wait,
        {{ seconds_between('responded_at', 'coalesce(contacted_at, given_up_at)') }} as seconds,
        cast(is_followed_up as int) as ended
    from detractors
    union all
    select
        *,
        'close' as wait,
        {{ seconds_between('contacted_at', 'coalesce(closed_at, known_until)') }},
        cast(closed_at is not null as int)
    from detractors
    where is_followed_up
),

timed as (
    select
        *,
        cast(greatest(floor(seconds / 3600), 0) as bigint) as hours,
        1 as waits
    from waits
),

counts as (
    {{ by_period_and_segment(
        'timed', ['wait', 'hours'], sums_of(measures), event_attributes(), own
    ) | indent }}
),

medians as (
    {{ median_time('counts', keys=['wait'], time='hours', lives='waits', events='ended') | indent }}
)

select * from medians

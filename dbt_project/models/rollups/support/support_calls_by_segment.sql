{{ config(materialized='table') }}

{%- set own = own_attributes('fct_calls') %}

with offered as (
    {{ with_own_profiles('fct_calls', own) | indent }}
),

calls as (
    select
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        channel,
        cast(not is_short_abandon as int) as calls,
        cast(is_short_abandon as int) as calls_short_abandoned,
        cast(is_abandoned and not is_short_abandon as int) as calls_abandoned,
        cast(is_within_service_level as int) as calls_within_service_level,
        case when not is_short_abandon then wait_seconds end as wait_seconds,
        {%- for attribute in own %}
        own_profile_{{ loop.index }},
        {%- endfor %}
        cast(queued_at as date) as event_date
    from offered
    where exclusion_reason is null
),

profiled as (
    {{ in_each_profile('calls', ['channel'], own) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates=dict(
            sums_of(['calls', 'calls_short_abandoned', 'calls_abandoned', 'calls_within_service_level']),
            call_wait_seconds_count='count(wait_seconds)',
            call_wait_seconds_quantiles=quantiles_about_median('wait_seconds'),
        ),
    ) | indent }}
)

select * from rolled_up

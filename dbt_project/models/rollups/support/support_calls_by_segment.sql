{{ config(materialized='table') }}

with calls as (
    select
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        channel,
        1 as calls,
        cast(is_abandoned as int) as calls_abandoned,
        cast(is_within_service_level as int) as calls_within_service_level,
        wait_seconds,
        cast(queued_at as date) as event_date
    from {{ ref('fct_calls') }}
    where not is_short_abandon and exclusion_reason is null
),

profiled as (
    {{ in_each_profile('calls', event_attributes=['channel']) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates=dict(
            sums_of(['calls', 'calls_abandoned', 'calls_within_service_level']),
            wait_seconds_count='count(wait_seconds)',
            wait_seconds_quantiles=quantiles_about_median('wait_seconds'),
        ),
    ) | indent }}
)

select * from rolled_up

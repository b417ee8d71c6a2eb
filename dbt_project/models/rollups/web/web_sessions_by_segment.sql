{{ config(materialized='table') }}

{%- set own = own_attributes('fct_sessions') %}

with sessions as (
    {{ with_own_profiles('fct_sessions', own) | indent }}
    where not events.is_bot
),

tickets as (
    select customer_id, created_at from {{ ref('fct_tickets') }}
    where exclusion_reason is null
),

known as (
    select max(created_at) as known_until from tickets
),

turned_to_support as (
    select distinct sessions.session_id
    from sessions
    inner join tickets
        on sessions.customer_id = tickets.customer_id
        and sessions.started_at <= tickets.created_at
        and sessions.ended_at + interval '{{ var("self_service_days") }}' day >= tickets.created_at
    where sessions.is_self_service
),

counted as (
    select
        sessions.customer_id,
        sessions.segment_profile_id,
        sessions.behaviour_profile_id,
        sessions.visitor_id,
        case when sessions.is_returning then sessions.visitor_id end as returning_visitor_id,
        sessions.help_page_views,
        sessions.duration_seconds,
        1 as sessions,
        cast(sessions.is_engaged as int) as engaged_sessions,
        cast(sessions.customer_source = 'ambiguous' as int) as ambiguous_sessions,
        cast(sessions.has_bot_conversation as int) as bot_sessions,
        case
            when sessions.is_self_service and sessions.customer_id is not null
                and sessions.ended_at + interval '{{ var("self_service_days") }}' day <= known.known_until
                then cast(turned_to_support.session_id is null as int)
        end as self_served,
        {%- for attribute in own %}
        sessions.own_profile_{{ loop.index }},
        {%- endfor %}
        cast(sessions.started_at as date) as event_date
    from sessions
    cross join known
    left join turned_to_support on sessions.session_id = turned_to_support.session_id
),

profiled as (
    {{ in_each_profile('counted', own=own) | indent }}
),

rolled_up as (
    {{ of_events_by_period_and_segment(
        'profiled',
        aggregates=dict(
            sums_of(['sessions', 'engaged_sessions', 'ambiguous_sessions', 'help_page_views', 'bot_sessions', 'self_served']),
            self_service_sessions='count(self_served)',
            session_seconds_count='count(duration_seconds)',
            session_seconds_quantiles=quantiles_about_median('duration_seconds'),
        ),
        distinct={'visitors': 'visitor_id', 'returning_visitors': 'returning_visitor_id'},
    ) | indent }}
)

select * from rolled_up

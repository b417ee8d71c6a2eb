{{ config(materialized='table') }}

{%- set measures = ['invitations', 'invitations_answered', 'invitations_partial'] %}
{%- set own = own_attributes('survey_invitations_delivered') %}
with invitations as (
    {{ with_own_profiles('survey_invitations_delivered', own) | indent }}
),

profiled as (
    {{ in_each_profile('invitations', event_attributes(), own) | indent }}
),

daily as (
    select
        cast(sent_at as date) as event_date,
        metric,
        profile_id,
        count(*) as invitations,
        count(*) filter (where is_answered) as invitations_answered,
        count(*) filter (where is_partial) as invitations_partial
    from profiled
    group by all
),

by_day as (
    {{ by_day_and_segment('daily', keys=['metric'], measures=measures) | indent }}
),

rolled_up as (
    {{ by_period('by_day', keys=['metric'], measures=measures) | indent }}
)

select * from rolled_up

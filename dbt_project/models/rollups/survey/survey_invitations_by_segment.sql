{{ config(materialized='table') }}

{%- set aggregates = {
    'invitations': 'count(*)',
    'invitations_answered': 'count(*) filter (where is_answered)',
    'invitations_partial': 'count(*) filter (where is_partial)',
} %}
{%- set own = own_attributes('survey_invitations_delivered') %}

with delivered as (
    {{ with_own_profiles('survey_invitations_delivered', own) | indent }}
),

invitations as (
    select *, cast(sent_at as date) as event_date
    from delivered
),

rolled_up as (
    {{ by_period_and_segment('invitations', ['metric'], aggregates, event_attributes(), own) | indent }}
)

select * from rolled_up

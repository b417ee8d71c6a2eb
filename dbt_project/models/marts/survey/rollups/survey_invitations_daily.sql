{{ config(materialized='table') }}

with invitations as (
    select * from {{ ref('stg_survey__invitations') }}
    where not coalesce(bounced, false)
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
),

answers as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

matched as (
    select
        cast(invitations.sent_at as date) as event_date,
        instruments.metric,
        invitations.customer_id,
        {{ profiles_as_of('spans') }},
        cast(null as text) as touchpoint,
        invitations.channel,
        answers.response_id is not null as is_answered
    from invitations
    inner join instruments on invitations.instrument_id = instruments.instrument_id
    left join answers on invitations.response_id = answers.response_id
    left join spans on {{ as_of_span('invitations', 'invitations.sent_at', 'spans') }}
),

profiled as (
    {{ in_each_profile('matched', event_attributes=['touchpoint', 'channel']) | indent }}
),

daily as (
    select
        event_date,
        metric,
        profile_id,
        count(*) as invitations,
        count(*) filter (where is_answered) as invitations_answered
    from profiled
    group by all
)

select * from daily

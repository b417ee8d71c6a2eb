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
    select * from {{ ref('int_customer_spans') }}
),

matched as (
    select
        cast(invitations.sent_at as date) as event_date,
        instruments.metric,
        coalesce(spans.segment_profile_id, {{ unknown_profile() }}) as segment_profile_id,
        cast(null as text) as touchpoint,
        invitations.channel,
        answers.response_id is not null as is_answered
    from invitations
    inner join instruments on invitations.instrument_id = instruments.instrument_id
    left join answers on invitations.response_id = answers.response_id
    left join spans on {{ as_of_span('invitations', 'invitations.sent_at', 'spans') }}
),

daily as (
    select
        event_date,
        metric,
        segment_profile_id,
        touchpoint,
        channel,
        count(*) as invitations,
        count(*) filter (where is_answered) as invitations_answered
    from matched
    group by all
)

select * from daily

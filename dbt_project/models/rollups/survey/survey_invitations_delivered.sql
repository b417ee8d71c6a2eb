{{ config(materialized='table') }}

with invitations as (
    select * from {{ ref('stg_survey__invitations') }}
    where not coalesce(bounced, false) and exclusion_reason is null
),

instruments as (
    select * from {{ ref('int_survey_instruments') }}
    where audience = 'customer'
),

answers as (
    select * from {{ ref('fct_survey_responses') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

matched as (
    select
        invitations.invitation_id,
        invitations.instrument_id,
        instruments.metric,
        invitations.customer_id,
        {{ profiles_as_of('spans') }},
        cast(null as string) as touchpoint,
        invitations.channel,
        coalesce(answers.is_scored or answers.exclusion_reason = 'resubmitted', false) as is_answered,
        coalesce(answers.exclusion_reason = 'not_answered', false) as is_partial,
        invitations.sent_at
    from invitations
    inner join instruments on invitations.instrument_id = instruments.instrument_id
    left join answers on invitations.response_id = answers.response_id
    left join spans on {{ as_of_span('invitations', 'invitations.sent_at', 'spans') }}
)

select * from matched

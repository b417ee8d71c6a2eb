{{ config(materialized='table') }}

{%- set own = own_attributes('survey_invitations_delivered') %}

-- As a window over all invitations this would be one task of Spark.
with newest as (
    select max(sent_at) as sent_at from {{ ref('survey_invitations_delivered') }}
),

recent as (
    {{ with_own_profiles('survey_invitations_delivered', own) | indent }}
    cross join newest
    where events.sent_at > newest.sent_at - interval '{{ var("trailing_days") }}' day
),

customers as (
    {{ by_segment(
        'recent',
        keys=['customer_id'],
        aggregates={'invitations': 'count(*)'},
        event_attributes=['channel', 'instrument_id'],
        own=own,
    ) | indent }}
),

fatigue as (
    select
        segment_type,
        segment,
        count(*) as customers,
        sum(invitations) as invitations,
        sqrt({{ sample_variance('sum(invitations)', 'sum(invitations * invitations)', 'count(*)') }})
        / sqrt(count(*)) as invitations_se
    from customers
    group by segment_type, segment
)

select * from fatigue

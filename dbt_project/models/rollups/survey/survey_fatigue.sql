{{ config(materialized='table') }}

with recent as (
    select * from {{ ref('survey_invitations_delivered') }}
    qualify sent_at > max(sent_at) over () - interval '{{ var("trailing_days") }}' day
),

profiled as (
    {{ in_each_profile('recent', event_attributes=['channel', 'instrument_id']) | indent }}
),

segments as (
    {{ segments_of('profiled') | indent }}
),

customers as (
    select
        segments.segment_type,
        segments.segment,
        profiled.customer_id,
        count(*) as invitations
    from profiled
    inner join segments on profiled.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment, profiled.customer_id
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

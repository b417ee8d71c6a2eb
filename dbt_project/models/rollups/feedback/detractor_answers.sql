{{ config(materialized='table') }}

{%- set own = own_attributes('fct_survey_responses') %}

with answers as (
    {{ with_own_profiles('fct_survey_responses', own) | indent }}
    where events.is_scored and events.metric = 'nps' and events.customer_id is not null
),

follow_ups as (
    select * from {{ ref('answers_followed_up') }}
),

horizon as (
    select max(occurred_at) as known_until from {{ ref('interactions') }}
),

followed as (
    select
        *,
        lead(responded_at) over history as next_at,
        lead(score) over history as next_score,
        lead(answer_band) over history as next_band
    from answers
    window history as (partition by customer_id, instrument_id order by responded_at, response_id)
),

detractors as (
    select
        followed.response_id,
        followed.customer_id,
        followed.segment_profile_id,
        followed.behaviour_profile_id,
        followed.{{ event_attributes() | join(', followed.') }},
        {%- for attribute in own %}
        followed.own_profile_{{ loop.index }},
        {%- endfor %}
        followed.score,
        followed.next_score,
        followed.next_band,
        followed.responded_at,
        followed.next_at,
        follow_ups.contacted_at,
        follow_ups.closed_at,
        followed.responded_at + interval '{{ var("follow_up_hours") }}' hour as due_at,
        followed.responded_at + interval '{{ var("rescue_days") }}' day as window_ends_at,
        horizon.known_until
    from followed
    cross join horizon
    left join follow_ups on followed.response_id = follow_ups.response_id
    where followed.answer_band = 'negative'
)

select * from detractors

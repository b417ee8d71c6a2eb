{{ config(materialized='table') }}

{%- set metrics = ['nps', 'csat', 'ces'] -%}
with dates as (
    select * from {{ ref('health_dates') }}
    where is_now
),

answers as (
    select answers.*
    from {{ ref('latest_answers') }} as answers
    inner join dates on answers.as_of = dates.as_of
),

follow_ups as (
    select * from {{ ref('answers_followed_up') }}
),

voices as (
    select
        answers.customer_id,
        {%- for metric in metrics %}
        {%- for column, value in {'score': 'score', 'band': 'band_in_words', 'at': 'responded_at'}.items() %}
        max(case when answers.metric = '{{ metric }}' then answers.{{ value }} end)
            as {{ metric }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        max(case
            when answers.metric <> 'nps' or answers.band <> 'negative' then null
            when follow_ups.closed_at is not null then 'closed'
            when follow_ups.contacted_at is not null then 'contacted'
            when follow_ups.response_id is not null then 'assigned'
            else 'waiting'
        end) as follow_up_state
    from answers
    left join follow_ups on answers.response_id = follow_ups.response_id
    group by answers.customer_id
)

select * from voices

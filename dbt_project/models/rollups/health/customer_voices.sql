{{ config(materialized='table') }}

{%- set metrics = ['nps', 'csat', 'ces'] -%}
with dates as (
    select * from {{ ref('health_dates') }}
    where is_now
),

answers as (
    select
        answers.*,
        {{ newest_version() | indent }} as newest_version
    from {{ ref('latest_answers') }} as answers
    inner join dates on answers.as_of = dates.as_of
),

comparable as (
    select * from answers
    where {{ is_poolable() }}
),

follow_ups as (
    select * from {{ ref('answers_followed_up') }}
),

voices as (
    select
        comparable.customer_id,
        {%- for metric in metrics %}
        {%- for column, value in {'score': 'score', 'band': 'band_in_words', 'at': 'responded_at'}.items() %}
        max(case when comparable.metric = '{{ metric }}' then comparable.{{ value }} end)
            as {{ metric }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        max(case
            when comparable.metric <> 'nps' or comparable.band <> 'negative' then null
            when follow_ups.closed_at is not null then 'closed'
            when follow_ups.contacted_at is not null then 'contacted'
            when follow_ups.response_id is not null then 'assigned'
            else 'waiting'
        end) as follow_up_state
    from comparable
    left join follow_ups on comparable.response_id = follow_ups.response_id
    group by comparable.customer_id
)

select * from voices

{{ config(alias='answers') }}

with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored
),

texts as (
    select * from {{ ref('fct_texts') }}
    where text_source = 'answer'
),

wide as (
    select
        answers.response_id,
        answers.customer_id,
        answers.order_id,
        answers.ticket_id,
        answers.metric,
        answers.instrument_id,
        answers.instrument_version,
        answers.channel,
        answers.touchpoint,
        answers.stage,
        answers.language,
        answers.score,
        answers.band,
        1 as answers,
        cast(answers.answer_band = 'positive' as int) as positives,
        cast(answers.answer_band = 'negative' as int) as negatives,
        texts.sentiment,
        texts.sentiment_band,
        answers.responded_at,
        {%- for segment_type in customer_segment_types() %}
        {{ customer_segment(segment_type) }},
        {%- endfor %}
        answers.event_month as responded_month
    from answers
    left join texts on answers.response_id = texts.text_id
    {{ joined_profiles('answers') }}
)

select * from wide

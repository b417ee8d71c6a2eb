{{ config(materialized='table') }}

{%- set measures = ['comments', 'sentiments', 'sentiment_sum', 'nps_responses', 'promoters', 'detractors'] %}

with answers as (
    select 'answer' as text_source, response_id as text_id, answer_band from {{ ref('fct_survey_responses') }}
    where is_scored and metric = 'nps'
),

texts as (
    select
        texts.text_source,
        texts.text_id,
        texts.customer_id,
        texts.segment_profile_id,
        texts.behaviour_profile_id,
        cast(not texts.is_repeat as int) as comments,
        cast(not texts.is_repeat and texts.sentiment is not null as int) as sentiments,
        -- Decimals, so that the order of summation shows nowhere.
        cast(coalesce(case when not texts.is_repeat then texts.sentiment end, 0) as decimal(18, 9))
            as sentiment_sum,
        cast(answers.answer_band is not null as int) as nps_responses,
        cast(coalesce(answers.answer_band = 'positive', false) as int) as promoters,
        cast(coalesce(answers.answer_band = 'negative', false) as int) as detractors,
        cast(texts.happened_at as date) as event_date
    from {{ ref('fct_texts') }} as texts
    -- A condition on the texts alone would make the join a nested loop.
    left join answers on texts.text_source = answers.text_source and texts.text_id = answers.text_id
    where texts.theme_method is not null and (not texts.is_repeat or answers.answer_band is not null)
),

-- Without a theme: all texts of which the share is taken.
themed as (
    select texts.*, cast(null as string) as theme
    from texts
    union all
    select texts.*, themes.theme
    from texts
    inner join {{ ref('fct_text_themes') }} as themes
        on texts.text_source = themes.text_source and texts.text_id = themes.text_id
),

rolled_up as (
    {{ by_period_and_segment('themed', ['theme'], sums_of(measures), ['text_source']) | indent }}
)

select * from rolled_up

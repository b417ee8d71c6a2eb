{{ config(materialized='table') }}

{%- set measures = [
    'reviews', 'rating_sum', 'rating_square_sum', 'mentions', 'posts', 'notes', 'positive', 'neutral', 'negative',
] %}

with voices as (
    select
        text_source,
        customer_id,
        segment_profile_id,
        behaviour_profile_id,
        cast(text_source = 'review' as int) as reviews,
        -- Decimals, so that the order of summation shows nowhere.
        cast(rating as decimal(18, 9)) as rating_sum,
        cast(rating * rating as decimal(18, 9)) as rating_square_sum,
        cast(text_source = 'mention' as int) as mentions,
        cast(text_source = 'post' as int) as posts,
        cast(text_source = 'note' as int) as notes,
        {%- for band in ['positive', 'neutral', 'negative'] %}
        cast(coalesce(sentiment_band = '{{ band }}' and not is_repeat, false) as int) as {{ band }},
        {%- endfor %}
        cast(happened_at as date) as event_date
    from {{ ref('fct_voice') }}
    where exclusion_reason is null
),

rolled_up as (
    {{ by_period_and_segment('voices', [], sums_of(measures), ['text_source']) | indent }}
)

select * from rolled_up

with voice as (
    select *, positive + neutral + negative as sentiments from {{ ref('voice_by_segment') }}
),

{%- set margin = t_95('(reviews - 1)') ~ ' * rating_mean_se' %}

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'net_sentiment' as metric,
        net_sentiment as value,
        cast(positive - negative as double) as numerator,
        cast(sentiments as double) as denominator,
        net_sentiment_se as value_se,
        net_sentiment_ci_low as ci_low,
        net_sentiment_ci_high as ci_high,
        net_sentiment is not null as is_reportable
    from voice
    where sentiments > 0
    union all
    select
        period_grain, period_start, segment_type, segment,
        'rating_mean',
        rating_mean,
        null,
        cast(reviews as double),
        rating_mean_se,
        {{ score('greatest(rating_mean - ' ~ margin ~ ', 0)', 'rating_mean is not null') }},
        {{ score('least(rating_mean + ' ~ margin ~ ', 1)', 'rating_mean is not null') }},
        rating_mean is not null
    from voice
    where reviews > 0
)

select * from metrics

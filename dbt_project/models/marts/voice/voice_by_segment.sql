with counts as (
    select *, positive + neutral + negative as sentiments from {{ ref('voice_counts') }}
),

scores as (
    select
        *,
        cast(rating_sum as double) / nullif(reviews, 0) as mean,
        sqrt(
            {{ sample_variance('rating_sum', 'rating_square_sum', 'nullif(reviews, 0)') }}
            / nullif(reviews, 0)
        ) as mean_se,
        reviews >= {{ var('min_responses') }} as are_ratings_reportable,
        sentiments >= {{ var('min_responses') }} as are_sentiments_reportable
    from counts
),

{%- set sentiments = ['positive', 'negative', 'sentiments'] %}

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        cast(reviews as bigint) as reviews,
        {{ score('mean', 'are_ratings_reportable') }} as rating_mean,
        {{ score('mean_se', 'are_ratings_reportable') }} as rating_mean_se,
        cast(mentions as bigint) as mentions,
        cast(posts as bigint) as posts,
        cast(notes as bigint) as notes,
        cast(positive as bigint) as positive,
        cast(neutral as bigint) as neutral,
        cast(negative as bigint) as negative,
        {{ score(nps_estimate(*sentiments) ~ ' / 100', 'are_sentiments_reportable') }} as net_sentiment,
        {{ score(nps_standard_error(*sentiments) ~ ' / 100', 'are_sentiments_reportable') }}
            as net_sentiment_se,
        {{ score(nps_low(*sentiments) ~ ' / 100', 'are_sentiments_reportable') }} as net_sentiment_ci_low,
        {{ score(nps_high(*sentiments) ~ ' / 100', 'are_sentiments_reportable') }} as net_sentiment_ci_high,
        are_ratings_reportable or are_sentiments_reportable as is_reportable
    from scores
)

select * from reported

with counts as (
    select * from {{ ref('theme_counts') }}
    where theme is not null
),

totals as (
    select *, comments as comments_scored from {{ ref('theme_counts') }}
    where theme is null
),

joined as (
    select
        counts.*,
        totals.comments_scored,
        totals.comments_scored >= {{ var('min_responses') }} as is_reportable
    from counts
    inner join totals on {{ same_segment('counts', 'totals') }}
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        theme,
        cast(comments as bigint) as comments,
        cast(comments_scored as bigint) as comments_scored,
        {{ score('cast(comments as double) / comments_scored') }} as share,
        {{ score(wilson_low('comments', 'comments_scored')) }} as share_ci_low,
        {{ score(wilson_high('comments', 'comments_scored')) }} as share_ci_high,
        cast(sentiments as bigint) as sentiments,
        {{ score(
            'cast(sentiment_sum as double) / nullif(sentiments, 0)', 'sentiments >= ' ~ var('min_responses')
        ) }} as sentiment_mean,
        cast(nps_responses as bigint) as nps_commenters,
        {{ score(
            nps_estimate('promoters', 'detractors', 'nps_responses'), 'nps_responses >= ' ~ var('min_responses')
        ) }} as nps_of_commenters,
        is_reportable
    from joined
)

select * from reported

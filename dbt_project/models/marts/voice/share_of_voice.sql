{%- set place = ['period_grain', 'period_start', 'segment_type', 'segment'] | join(', ') %}
with mentions as (
    select * from {{ ref('brand_mentions') }}
),

grains as (
    select {{ each_of([quoted(period_grains() + ['all'])]) }} as period_grain
),

segments as (
    select *, 'all' as segment_type, 'all' as segment from mentions
    union all
    select *, 'platform', platform from mentions
),

by_author as (
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'segments.event_date') }} as period_start,
        segments.segment_type, segments.segment, segments.brand, segments.author,
        count(*) as mentions
    from segments
    cross join grains
    group by all
),

authors as (
    select {{ place }}, author, sum(mentions) as mentions from by_author
    group by {{ place }}, author
),

totals as (
    select
        {{ place }},
        sum(mentions) as mentions_of_all,
        {{ effective_number('mentions') }} as effective_mentions
    from authors
    group by {{ place }}
),

brands as (
    select distinct brand, is_own from mentions
    union
    select '(own)', true from mentions
),

counted as (
    select {{ place }}, brand, sum(mentions) as mentions from by_author
    group by {{ place }}, brand
),

shared as (
    select
        totals.*,
        brands.brand,
        brands.is_own,
        coalesce(counted.mentions, 0) as mentions,
        cast(coalesce(counted.mentions, 0) as double) / totals.mentions_of_all as part,
        totals.effective_mentions >= {{ var('min_responses') }} as is_reportable
    from totals
    cross join brands
    left join counted on {{ same_segment('totals', 'counted') }} and brands.brand = counted.brand
),

reported as (
    select
        {{ place }},
        brand,
        is_own,
        cast(mentions as bigint) as mentions,
        cast(mentions_of_all as bigint) as mentions_of_all,
        {{ rounded('effective_mentions') }} as effective_mentions,
        {{ score('part') }} as share,
        {{ score(wilson_low('part * effective_mentions', 'effective_mentions')) }} as share_ci_low,
        {{ score(wilson_high('part * effective_mentions', 'effective_mentions')) }} as share_ci_high,
        is_reportable
    from shared
)

select * from reported

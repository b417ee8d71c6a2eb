{{ config(materialized='table') }}

{%- set place = ['window_days', 'metric', 'segment_type', 'segment'] %}
{%- set stratum = place + ['first_score', 'first_month'] %}

with pairs as (
    select *, points_after - points_before as change
    from {{ ref('pairs_by_segment') }}
),

strata as (
    select
        anchored.*,
        everybody.pairs - coalesce(touched.pairs, 0) as free_pairs,
        cast(everybody.change - coalesce(touched.change, 0) as double) as free_change,
        cast(everybody.change_squares - coalesce(touched.change_squares, 0) as double) as free_squares
    from pairs as anchored
    left join pairs as everybody
        on everybody.role = 'all' and {{ same_values('anchored', 'everybody', stratum) }}
    left join pairs as touched
        on touched.role = 'touched' and {{ same_values('anchored', 'touched', ['anchor'] + stratum) }}
    where anchored.role = 'anchored'
),

matched as (
    select
        *,
        free_pairs > 0 as is_matched,
        free_change / nullif(free_pairs, 0) as change_expected
    from strata
),

sums as (
    select
        anchor, {{ place | join(', ') }},
        sum(pairs) as pairs,
        sum(points_before) as points_before,
        sum(points_after) as points_after,
        sum(change_squares) as change_squares,
        sum(gained) as gained,
        sum(lost) as lost,
        coalesce(sum(pairs) filter (where is_matched), 0) as pairs_matched,
        sum(change) filter (where is_matched) as change_matched,
        {{ exact_sum('pairs * change_expected') }} as change_expected,
        {{ exact_sum(
            'change_squares - 2 * change_expected * change + pairs * change_expected * change_expected'
        ) }} as excess_squares,
        sum(free_pairs - 1) filter (where is_matched) as free_freedom,
        {{ exact_sum('free_squares - free_change * change_expected') }} as free_squares,
        {{ exact_sum('pairs * pairs / cast(nullif(free_pairs, 0) as double)') }} as free_weight
    from matched
    group by anchor, {{ place | join(', ') }}
)

select * from sums

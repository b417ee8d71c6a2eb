{{ config(materialized='table') }}

{%- set place = ['period_grain', 'period_start', 'segment_type', 'segment'] | join(', ') %}
{%- set enough = '>= ' ~ var('min_responses') %}

-- Second scores of the contacted (1) and of others (0), by the first score.
with strata as (
    select
        {{ place }},
        first_score as x,
        answered_again as n1,
        next_sum as y1,
        next_squares as yy1,
        answered_again_uncontacted as n0,
        next_sum_uncontacted as y0,
        next_squares_uncontacted as yy0
    from {{ ref('detractors_by_score') }}
    where answered_again + answered_again_uncontacted > 0
    qualify
        sum(answered_again) over (partition by {{ place }}) {{ enough }}
        and sum(answered_again_uncontacted) over (partition by {{ place }}) {{ enough }}
),

adjusted as (
    {{ ancova('strata') | indent }}
),

matched as (
    select
        {{ place }},
        coalesce(sum(n1) filter (where n0 > 0), 0) as pairs_matched,
        {{ exact_sum('y1 - n1 * cast(y0 as double) / nullif(n0, 0)') }} as gap
    from strata
    group by {{ place }}
),

tested as (
    select
        adjusted.*,
        matched.pairs_matched,
        matched.gap / nullif(matched.pairs_matched, 0) as effect_in_strata,
        adjusted.effect / nullif(adjusted.effect_se, 0) as t
    from adjusted
    inner join matched on {{ same_segment('adjusted', 'matched') }}
),

told as (
    select
        {{ place }},
        pairs_matched,
        {{ rounded('effect') }} as effect,
        {{ rounded('nullif(effect_se, 0) * ' ~ t_95('(pairs - 3)')) }} as effect_width,
        {{ rounded(two_sided_p(normal_of_t('t', '(pairs - 3)'))) }} as effect_p,
        {{ rounded('effect_in_strata') }} as effect_in_strata
    from tested
)

select * from told

{{ config(materialized='table') }}

{%- set key = ['metric', 'period_grain', 'period_start', 'segment_type', 'segment'] %}

with scores as (
    select * from {{ ref('period_scores') }}
    where metric in ('nps', 'csat')
),

compared as (
    select
        scores.*,
        scores.score - before.score as change,
        sqrt(power(scores.score_se, 2) + power(before.score_se, 2)) as change_se,
        before.responses as responses_before,
        before.positives as positives_before
    from scores
    inner join scores as before
        on {{ same_values('scores', 'before', ['metric', 'period_grain', 'segment_type', 'segment']) }}
        and {{ period_start('scores.period_grain', 'scores.period_start - 1') }} = before.period_start
),

tested as (
    select
        {{ key | join(', ') }},
        change,
        case metric
            when 'nps' then change / nullif(change_se, 0)
            else {{ two_proportion_z('positives', 'responses', 'positives_before', 'responses_before') }}
        end as z
    from compared
),

with_p as (
    select
        {{ key | join(', ') }},
        {{ rounded('change') }} as change,
        {{ rounded('z') }} as z,
        {{ rounded(two_sided_p('z')) }} as p
    from tested
),

adjusted as (
    {{ holm('with_p', family=['metric', 'period_grain', 'period_start', 'segment_type']) | indent }}
)

select * from adjusted

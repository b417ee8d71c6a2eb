{{ config(materialized='table') }}

{%- set keys = ['anchor', 'window_days', 'metric', 'segment_type', 'segment'] %}
{%- set excess = '(change_matched - change_expected)' %}
{%- set variance = sample_variance(excess, 'excess_squares', 'pairs_matched') ~ ' / pairs_matched'
    ~ ' + free_squares / nullif(free_freedom, 0) * free_weight / power(pairs_matched, 2)' %}

with sums as (
    select *, points_after - points_before as change
    from {{ ref('anchored_changes') }}
    where pairs >= {{ var('min_responses') }}
),

discordant as (
    select
        {{ keys | join(', ') }},
        gained + lost as changed,
        least(gained, lost) as fewer,
        0.5e0 as even
    from sums
    where metric = 'csat' and gained + lost between 1 and 24
),

exact as (
    {{ exact_shares('discordant', keys, fewer='fewer', trials='changed', expected='even') | indent }}
),

measured as (
    select
        *,
        sqrt({{ sample_variance('change', 'change_squares', 'pairs') }} / pairs) as change_se,
        case when pairs_matched >= {{ var('min_responses') }} then sqrt({{ variance }}) end as effect_se
    from sums
),

deviates as (
    select
        *,
        case metric
            when 'nps' then {{ normal_of_t('(change / pairs / nullif(change_se, 0))', '(pairs - 1)') }}
            else greatest(abs(gained - lost) - 1, 0) / nullif(sqrt(gained + lost), 0)
        end as z,
        {{ normal_of_t('(' ~ excess ~ ' / pairs_matched / nullif(effect_se, 0))', '(pairs_matched - 1)') }}
            as effect_z
    from measured
),

told as (
    select
        deviates.{{ keys | join(', deviates.') }},
        deviates.pairs,
        deviates.pairs_matched,
        {{ rounded('cast(deviates.points_before as double) / deviates.pairs') }} as score_before,
        {{ rounded('cast(deviates.points_after as double) / deviates.pairs') }} as score_after,
        {{ rounded('cast(deviates.change as double) / deviates.pairs') }} as change,
        {{ rounded('deviates.change_se * ' ~ t_95('(deviates.pairs - 1)')) }} as change_width,
        {{ rounded('coalesce(exact.share_p, ' ~ two_sided_p('deviates.z') ~ ')') }} as change_p,
        {{ rounded('deviates.change_expected / deviates.pairs_matched') }} as change_expected,
        {{ rounded(excess ~ ' / pairs_matched') }} as effect,
        {{ rounded('deviates.effect_se * ' ~ t_95('(deviates.pairs_matched - 1)')) }} as effect_width,
        {{ rounded(two_sided_p('deviates.effect_z')) }} as effect_p
    from deviates
    left join exact on {{ same_values('deviates', 'exact', keys) }}
)

select * from told

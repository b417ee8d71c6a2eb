{%- set least = var('min_responses') -%}
{#- Where all say the same before, and all after, nothing tells how sure a change is. -#}
{%- set width = {
    'change': z_95() ~ ' * nullif(changes.change_se, 0)',
    'effect': z_95() ~ ' * nullif(changes.effect_se, 0)',
} -%}
with improvements as (
    select * from {{ ref('improvements') }}
),

changes as (
    select
        *,
        difference - rest_difference as effect,
        least(n_before, n_after) >= {{ least }} as is_reportable,
        least(n_before, n_after, n_rest_before, n_rest_after) >= {{ least }} as is_compared
    from {{ ref('improvement_changes') }}
),

newest as (
    select max(responded_date) as newest_on
    from {{ ref('fct_survey_responses') }}
    where is_scored
),

reported as (
    select
        improvements.improvement_id,
        changes.metric,
        coalesce(improvements.change, improvements.improvement_id) as change,
        improvements.touchpoint,
        improvements.theme,
        improvements.changed_on,
        changes.n_before,
        changes.n_after,
        {{ score('changes.mean_before') }} as value_before,
        {{ score('changes.mean_after') }} as value_after,
        {{ score('changes.difference') }} as difference,
        {{ score('changes.difference - ' ~ width.change) }} as difference_ci_low,
        {{ score('changes.difference + ' ~ width.change) }} as difference_ci_high,
        {{ score(two_sided_p('(changes.difference / nullif(changes.change_se, 0))')) }} as difference_p,
        changes.n_rest_before,
        changes.n_rest_after,
        {{ score('changes.rest_difference', 'is_compared') }} as rest_difference,
        {{ score('changes.effect', 'is_compared') }} as effect,
        {{ score('changes.effect - ' ~ width.effect, 'is_compared') }} as effect_ci_low,
        {{ score('changes.effect + ' ~ width.effect, 'is_compared') }} as effect_ci_high,
        {{ score(two_sided_p('(changes.effect / nullif(changes.effect_se, 0))'), 'is_compared') }}
            as effect_p,
        coalesce(
            newest.newest_on >= improvements.changed_on + {{ var('improvement_window_days') }}, false
        ) as is_mature,
        coalesce(changes.is_reportable, false) as is_reportable
    from improvements
    cross join newest
    left join changes on improvements.improvement_id = changes.improvement_id
)

select * from reported

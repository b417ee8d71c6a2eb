{%- set series = ['metric', 'period_grain', 'segment_type', 'segment'] %}
with scores as (
    select * from {{ ref('period_scores') }}
),

registry as (
    select * from {{ ref('metrics') }}
),

compared as (
    select
        scores.*,
        scores.score - a_year_before.score as year_on_year,
        sqrt(power(scores.score_se, 2) + power(a_year_before.score_se, 2)) as year_on_year_se,
        sqrt(power(scores.score_se, 2) + power(before.score_se, 2)) as change_se,
        registry.half_width_wanted
    from scores
    inner join registry on scores.metric = registry.metric
    left join scores as before
        on {{ same_values('scores', 'before', series) }}
        and scores.instrument_version is not distinct from before.instrument_version
        and {{ period_start('scores.period_grain', 'scores.period_start - 1') }} = before.period_start
    left join scores as a_year_before
        on {{ same_values('scores', 'a_year_before', series) }}
        and scores.instrument_version is not distinct from a_year_before.instrument_version
        and {{ a_year_before('scores.period_grain', 'scores.period_start') }} = a_year_before.period_start
),

needed as (
    select
        *,
        case metric
            when 'nps'
                then {{ nps_answers_needed('positives', 'negatives', 'responses', 'half_width_wanted') }}
            else {{ wilson_answers_needed('score', 'half_width_wanted') }}
        end as answers_needed
    from compared
),

precise as (
    select
        metric,
        instrument_version,
        period_grain,
        period_start,
        segment_type,
        segment,
        {{ rounded(z_80_power() ~ ' * nullif(change_se, 0)') }} as detectable_change,
        {{ rounded('answers_needed') }} as answers_needed,
        {{ rounded('year_on_year') }} as year_on_year,
        {{ rounded(two_sided_p('(year_on_year / nullif(year_on_year_se, 0))')) }} as year_on_year_p
    from needed
)

select * from precise

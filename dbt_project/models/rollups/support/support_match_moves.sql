{%- set unit = 'horizon_months, segment_type, segment, measure, month, cell, day' %}

with influences as (
    select * from {{ ref('support_influences') }}
    where not is_contacted
),

horizons as (
    {{ support_horizons() | indent }}
),

matches as (
    select * from {{ ref('support_matches') }}
),

-- Beyond the horizon all days of contact have one influence: one by one they cost DuckDB ten times as much.
beyond as (
    select
        matches.measure,
        matches.month,
        matches.cell,
        matches.day,
        horizons.horizon_days,
        horizons.horizon_days + 1 as lag_days,
        {{ exact_sum('matches.weight') }} as weight
    from matches
    cross join horizons
    where matches.lag_days > horizons.horizon_days
    group by matches.measure, matches.month, matches.cell, matches.day, horizons.horizon_days
),

moves as (
    {%- for ends, reached in [
        ('matches', 'matches.lag_days = influences.lag_days'),
        ('beyond', 'beyond.horizon_days = influences.horizon_days and beyond.horizon_days = influences.lag_days'),
    ] %}
    select
        influences.horizon_months,
        influences.segment_type,
        influences.segment,
        {{ ends }}.measure,
        {{ ends }}.month,
        {{ ends }}.cell,
        {{ ends }}.day,
        {{ ends }}.weight * {{ support_followed(ends) }} as followed,
        {{ ends }}.weight * influences.of_risk as of_risk,
        {{ ends }}.weight * {{ support_loss(ends) }} as of_loss
    from {{ ends }}
    inner join influences
        on {{ ends }}.measure = influences.measure
        and {{ ends }}.cell = influences.cell
        and {{ reached }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        {{ unit }},
        {{ exact_sum('followed') }} as followed,
        {{ exact_sum('of_risk') }} as of_risk,
        {{ exact_sum('of_loss') }} as of_loss
    from moves
    group by {{ unit }}
)

select * from summed

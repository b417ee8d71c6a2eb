{%- set series = 'metric, instrument_version, period_grain, segment_type, segment' %}

with scores as (
    select * from {{ ref('period_scores') }}
    where period_grain <> 'all'
),

judged as (
    select
        *,
        period_start >= date '{{ var("control_limits_from") }}'
        and {{ period_end('period_grain', 'period_start') }} <= newest_on as is_judged
    from scores
),

placed as (
    select
        *,
        case when is_judged then row_number() over in_order end as place
    from judged
    window in_order as (partition by {{ series }}, is_judged order by period_start)
),

based as (
    select
        *,
        coalesce(place <= {{ var('control_baseline_periods') }}, false) as is_baseline
    from placed
),

centred as (
    select
        *,
        sum(cast(is_baseline as int)) over same_series as baseline_periods,
        case
            when metric = 'nps'
                then {{ exact_sum('case when is_baseline then score end', 'over same_series') }}
                    / nullif(sum(cast(is_baseline as int)) over same_series, 0)
            else sum(case when is_baseline then positives end) over same_series
                / sum(case when is_baseline then responses end) over same_series
        end as centre
    from based
    window same_series as (partition by {{ series }})
),

deviating as (
    select
        *,
        case when metric = 'nps' then 1 else nullif(sqrt(centre * (1 - centre) / responses), 0) end as unit
    from centred
)

select * from deviating

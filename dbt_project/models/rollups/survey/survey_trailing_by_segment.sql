{{ config(materialized='table') }}

with rolled_up as (
    {{ by_period_and_segment(
        ref('survey_answers_trailing'),
        measures=['responses', 'positives', 'negatives'],
        dimensions=['metric', 'instrument_version'],
    ) | indent }}
),

monthly as (
    select
        *,
        max_by(instrument_version, {{ version_order('instrument_version') }})
            over (partition by metric, period_start) as newest_version
    from rolled_up
    where period_grain = 'month'
),

scored as (
    select
        metric,
        period_grain,
        period_start,
        segment_type,
        segment,
        {{ sums('monthly', ['responses', 'positives', 'negatives']) }},
        sum(monthly.responses) >= {{ var('min_responses') }} as is_reportable
    from monthly
    where metric <> 'ces' or instrument_version = newest_version
    group by metric, period_grain, period_start, segment_type, segment
)

select * from scored

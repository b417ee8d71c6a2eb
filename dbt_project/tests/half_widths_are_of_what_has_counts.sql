-- A half width is wanted of a metric that score_precision has; of another it is met by nothing.
{{ config(severity='warn', meta={
    'remedy': 'Leave half_width_wanted of seeds/metrics.csv empty but for ' ~ precise_metrics() | join(', ') ~ '.'
}) }}
with metrics as (
    select * from {{ ref('metrics') }}
),

unmet as (
    select
        concat(
            'row ', metric, ' of seeds/metrics.csv wants a half width, and score_precision has no such metric'
        ) as sentence
    from metrics
    where half_width_wanted is not null
        and metric not in ({{ quoted(precise_metrics()) }})
)

select * from unmet

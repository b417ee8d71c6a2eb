with csat as (
    select * from {{ ref('csat_by_segment') }}
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'csat' as metric,
        {{ share_measured('satisfied', 'responses', 'csat') }},
        is_reportable
    from csat
)

select * from metrics

{%- set placeholder = '{trailing_days}' %}
with registry as (
    select * from {{ ref('metrics') }}
),

metrics as (
    select
        replace(metric, '{{ placeholder }}', '{{ var("trailing_days") }}') as metric,
        replace(label, '{{ placeholder }}', '{{ var("trailing_days") }}') as label,
        unit,
        format,
        lowest,
        highest,
        counts,
        higher_is_better,
        report_order,
        is_headline,
        half_width_wanted
    from registry
)

select * from metrics

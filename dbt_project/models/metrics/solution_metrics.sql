with solutions as (
    select *, matters as solution_hours_count
    from {{ ref('solutions_by_segment') }}
),

metrics as (
    {{ metrics_of('solutions', medians=['solution_hours']) | indent }}
)

select * from metrics

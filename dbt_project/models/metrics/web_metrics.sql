with scores as (
    select * from {{ ref('web_scores') }}
),

metrics as (
    {{ metrics_of('scores', web_rates(), ['session_seconds']) | indent }}
)

select * from metrics

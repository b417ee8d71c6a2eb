{%- set medians = support_medians() %}
with scores as (
    select * from {{ ref('support_scores') }}
),

metrics as (
    {{ metrics_of('scores', support_rates(), medians.tickets + medians.calls) | indent }}
)

select * from metrics

{{ config(materialized='table') }}

with changes as (
    select * from {{ ref('survey_changes') }}
),

adjusted as (
    {{ holm('changes', family=['metric', 'period_grain', 'period_start', 'segment_type']) | indent }}
)

select * from adjusted

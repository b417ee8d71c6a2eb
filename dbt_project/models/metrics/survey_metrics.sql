with metrics as (
    select * from {{ ref('survey_score_metrics') }}
    union all
    select * from {{ ref('survey_weighted_metrics') }}
    union all
    select * from {{ ref('survey_trailing_metrics') }}
    union all
    select * from {{ ref('survey_invitation_metrics') }}
)

select * from metrics

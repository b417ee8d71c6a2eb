-- Every answer of raw stands in the fact, with its score, and is scored or says why not.
with landed as (
    {{ raw_totals(source('raw_survey', 'responses'), 'response_id') }}
),

staged as (
    {{ staged_totals(ref('stg_survey__responses'), {'score_sum': 'score'}) }}
),

fact as (
    select
        count(*) as row_count,
        coalesce(sum(score), 0) as score_sum,
        count(*) filter (where is_scored) as scored,
        count(*) filter (where exclusion_reason is not null) as excluded
    from {{ ref('fct_survey_responses') }}
)

{{ uneven_steps(['landed', 'staged', 'fact'], [
    ('raw to staging: rows', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content', 'landed.content', 'staged.content'),
    ('staging to fact: rows', 'staged.row_count', 'fact.row_count'),
    ('staging to fact: scores', 'staged.score_sum', 'fact.score_sum'),
    ('fact: scored or excluded', 'fact.row_count', 'fact.scored + fact.excluded'),
]) }}

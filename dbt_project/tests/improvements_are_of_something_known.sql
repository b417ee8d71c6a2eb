-- An improvement of what no answer or text is about has nothing to be measured by.
{{ config(severity='warn', meta={
    'remedy': 'Name a touchpoint that answers have, or a theme of seeds/themes.csv, in seeds/improvements.csv.'
}) }}
with unknown as (
    select
        concat(
            'row ', improvements.improvement_id, ' of seeds/improvements.csv is about ',
            coalesce(improvements.touchpoint, improvements.theme), ', which no ',
            case
                when improvements.theme is null then 'answer has as touchpoint'
                else 'theme of the registry is'
            end
        ) as sentence
    from {{ ref('improvements') }} as improvements
    where
        coalesce(improvements.touchpoint, '') not in (
            select coalesce(answers.touchpoint, '') from {{ ref('fct_survey_responses') }} as answers
            union all
            select ''
        )
        or coalesce(improvements.theme, '') not in (
            select themes.theme from {{ ref('themes') }} as themes
            union all
            select ''
        )
)

select * from unknown

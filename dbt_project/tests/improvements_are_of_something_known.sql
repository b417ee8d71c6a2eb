-- An improvement of what no answer or text is about has nothing to be measured by.
{{ config(severity='warn', meta={
    'remedy': 'Name a touchpoint that answers have, or a theme of seeds/themes.csv, in seeds/improvements.csv.'
}) }}
with improvements as (
    select * from {{ ref('improvements') }}
),

touchpoints as (
    select distinct touchpoint from {{ ref('fct_survey_responses') }}
),

themes as (
    select distinct theme from {{ ref('themes') }}
),

judged as (
    select
        improvements.improvement_id,
        case
            when improvements.touchpoint is null and improvements.theme is null
                then ' names neither a touchpoint nor a theme'
            when improvements.touchpoint is not null and touchpoints.touchpoint is null
                then concat(' is at the touchpoint ', improvements.touchpoint, ', which no answer has')
            when improvements.theme is not null and themes.theme is null
                then concat(' is about ', improvements.theme, ', which is no theme of seeds/themes.csv')
        end as fault
    from improvements
    left join touchpoints on improvements.touchpoint = touchpoints.touchpoint
    left join themes on improvements.theme = themes.theme
),

unknown as (
    select concat('row ', improvement_id, ' of seeds/improvements.csv', fault) as sentence
    from judged
    where fault is not null
)

select * from unknown

-- Every stage of the funnel is one of the journey; nobody can reach another.
{{ config(severity='warn', meta={
    'remedy': 'Name a stage of seeds/touchpoints.csv in the setting funnel_stages.'
}) }}
with listed as (
    select {{ each_of([quoted(var('funnel_stages'))]) }} as stage
),

unknown as (
    select concat('funnel_stages names ', listed.stage, ', no stage of seeds/touchpoints.csv') as sentence
    from listed
    where listed.stage not in (select touchpoints.stage from {{ ref('touchpoints') }} as touchpoints)
)

select * from unknown

{{ config(materialized='table') }}

{%- set own = own_attributes('fct_survey_responses') %}
{%- set profiles = unit_profiles(own) %}

with answers as (
    {{ with_own_profiles('fct_survey_responses', own) | indent }}
    where events.is_scored and events.metric in ('nps', 'csat', 'ces') and events.customer_id is not null
),

months as (
    select * from {{ ref('fct_subscription_months') }}
    where is_active_start
),

grains as (
    select {{ each_of([quoted(explained_grains())]) }} as period_grain
),

surveyed as (
    select
        answers.*,
        {%- for attribute in event_attributes() %}
        {{ event_profile(attribute, 'answers.' ~ attribute) }} as {{ attribute }}_profile,
        {%- endfor %}
        {{ answer_points('answers.answer_band', 'answers.metric') }} as points
    from answers
),

units as (
    select
        {{ explained_survey_metric() }},
        grains.period_grain,
        {{ period_start('grains.period_grain', 'responded_date') }} as period_start,
        customer_id,
        response_id as unit_id,
        cast(1 as decimal(18, 2)) as weight,
        cast(points as decimal(18, 2)) as value,
        {{ profiles | join(', ') }}
    from surveyed
    cross join grains
    {%- for metric, weight, value in [
        ('logo_churn_rate', '1', 'case when is_churned then 1 else 0 end'),
        ('net_revenue_retention', 'mrr_start', 'mrr_end'),
    ] %}
    union all
    select
        '{{ metric }}', '', 'month', month_start,
        customer_id, cast(month_start as string), {{ weight }}, {{ value }},
        segment_profile_id, behaviour_profile_id {{- ', null' * (profiles | length - 2) }}
    from months
    {%- endfor %}
)

select * from units

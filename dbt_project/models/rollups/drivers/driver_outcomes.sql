{{ config(materialized='table') }}

with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored and customer_id is not null
),

months as (
    select
        *,
        bool_or(is_churned) over quarter_year as is_leaving,
        count(*) over quarter_year as months_known
    from {{ ref('fct_subscription_months') }}
    window quarter_year as (
        partition by customer_id
        order by month_start range between current row and interval '2' month following
    )
),

horizon as (
    select max(month_start) as last_month from {{ ref('fct_subscription_months') }}
),

outcomes as (
    select
        metric as outcome,
        response_id as unit_id,
        customer_id,
        responded_at as happened_at,
        cast({{ answer_points('answer_band', 'metric') }} as double) as score,
        touchpoint,
        segment_profile_id,
        behaviour_profile_id
    from answers
    where metric = 'csat' or (metric = 'nps' and ticket_id is null and order_id is null)
    union all
    select
        'staying',
        concat(months.customer_id, ' ', months.month_start),
        months.customer_id,
        cast(months.month_start as timestamp),
        case when months.is_leaving then 0 else 1 end,
        null,
        months.segment_profile_id,
        months.behaviour_profile_id
    from months
    cross join horizon
    where
        months.is_active_start
        and extract(month from months.month_start) in (1, 4, 7, 10)
        and months.month_start <= horizon.last_month - interval '2' month
)

select * from outcomes

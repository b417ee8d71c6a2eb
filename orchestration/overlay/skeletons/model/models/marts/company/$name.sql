with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where is_scored
),

counted as (
    select
        customer_id,
        count(*) as answers,
        max(responded_date) as last_answered_date
    from answers
    where customer_id is not null
    group by customer_id
)

select * from counted

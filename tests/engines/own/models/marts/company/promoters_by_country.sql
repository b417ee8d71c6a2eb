with answers as (
    select * from {{ ref('fct_survey_responses') }}
    where metric = 'nps' and is_scored
),

customers as (
    select * from {{ ref('dim_customers') }}
),

counted as (
    select
        coalesce(customers.country, 'unknown') as country,
        answers.event_month,
        count(*) as answers,
        count(*) filter (where answers.score >= 9) / count(*) as promoter_share,
        max(answers.responded_date) as last_answered_date
    from answers
    left join customers using (customer_id)
    group by all
),

told as (
    select
        *,
        country || ': ' || cast(answers as string) || ' answers until ' || cast(last_answered_date as string) as summary,
        avg(promoter_share) over (
            partition by country order by event_month rows between 2 preceding and current row
        ) as promoter_share_of_quarter
    from counted
)

select * from told
